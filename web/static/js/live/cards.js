// Fills cards cloned from the page's own <template> elements, by textContent only, so that what people write stays text.

export class Cards {
  constructor(root) {
    this.icons = root.dataset.icons;
    const zone = root.dataset.zone;
    this.clock = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", hour12: true, timeZone: zone });
  }

  time(iso) {
    return this.clock.format(new Date(iso)).toLowerCase();
  }

  fresh(kind) {
    return document.getElementById(`t-${kind}`).content.firstElementChild.cloneNode(true);
  }

  fill(node, question, voted) {
    const card = node.matches(".q") ? node : node.querySelector(".q");
    const slot = (name) => card.querySelector(`[data-slot="${name}"]`);
    const say = (name, text) => { const found = slot(name); if (found) found.textContent = text; };
    node.dataset.id = question.id;
    card.dataset.id = question.id;
    for (const name of ["text", "number", "votes", "answered_by"]) say(name, question[name] ?? "");
    say("number_again", question.number);
    say("who", question.who ?? "asked without a name");
    for (const name of ["live_at", "answering_at", "answered_at", "asked_at"]) if (question[name]) say(name, this.time(question[name]));
    this.identify(card, question);
    slot("pinned")?.toggleAttribute("hidden", !question.pinned);
    if (slot("voted")) this.vote(card, slot("voted"), voted);
    return node;
  }

  identify(card, question) {
    const text = card.querySelector('[data-slot="text"]');
    text.id = `${"own" in card.dataset ? "own" : "q"}-${question.id}`;
    card.setAttribute("aria-labelledby", text.id);
    for (const input of card.querySelectorAll('input[name="question"]')) input.value = question.id;
    for (const input of card.querySelectorAll('input[name="version"]')) input.value = question.version;
    const about = card.querySelector("[data-about]");
    if (about) {
      about.dataset.about = question.id;
      about.href = `?about=${question.id}#concern`;
    }
  }

  vote(card, words, voted) {
    const button = card.querySelector(".vote");
    button.setAttribute("aria-pressed", String(voted));
    button.value = voted ? "0" : "1";
    button.querySelector("use").setAttribute("href", `${this.icons}#${voted ? "check" : "vote"}`);
    words.textContent = voted ? " want this answered. You are one of them" : " want this answered. Add your vote";
  }

  fillOwn(card, question) {
    this.fill(card, question, false);
    const [look, icon, tone] = LOOKS[question.state];
    const slot = (name) => card.querySelector(`[data-slot="${name}"]`);
    card.dataset.state = look;
    card.dataset.own = question.state;
    slot("says").textContent = question.says;
    slot("badge").querySelector("use").setAttribute("href", `${this.icons}#${icon}`);
    if (tone) slot("badge").dataset.tone = tone;
    else delete slot("badge").dataset.tone;
    slot("why").textContent = question.why ?? "";
    slot("why").hidden = !question.why;
    slot("joined").textContent = question.joined ? `${question.joined.line}.` : "";
    slot("joined").hidden = !question.joined;
    slot("original").textContent = question.original ?? "";
    slot("edited").hidden = !question.edited;
    slot("reply_text").textContent = question.reply ?? "";
    slot("reply").hidden = !question.reply;
    slot("unread").hidden = question.state !== "pending";
    this.draft(slot("draft"), question);
    return card;
  }

  draft(area, question) {
    area.id = `edit-${question.id}`;
    area.closest("form").querySelector("label").htmlFor = area.id;
    if (area !== document.activeElement) area.value = question.text;
  }

  line(said) {
    const item = this.fresh("chat");
    item.dataset.id = said.id;
    item.querySelector('[data-slot="who"]').textContent = said.who;
    item.querySelector('[data-slot="at"]').textContent = this.time(said.at);
    item.querySelector('[data-slot="text"]').textContent = said.text;
    return item;
  }
}

// Own questions by state: the look, the icon and the tone, as templates/components/question.html has them. The lamp is
// on the room's card, once.
const LOOKS = {
  pending: ["pending", "wait", "wait"],
  live: ["live", "check", null],
  answering: ["live", "now", null],
  answered: ["answered", "done", "good"],
  archived: ["declined", "back", null],
  rejected: ["declined", "back", null],
  withdrawn: ["declined", "back", null],
  merged: ["live", "merge", null],
  escalated: ["live", "person", "note"],
};

// Puts `wanted` (each with an id) into `list` in order; a node that is there already is kept, with focus and open folds.
export function arrange(list, wanted, make, fill) {
  const there = new Map([...list.children].map((node) => [node.dataset.id, node]));
  const nodes = wanted.map((one) => fill(there.get(one.id) ?? make(), one));
  const keep = new Set(nodes);
  for (const node of [...list.children]) if (!keep.has(node)) node.remove();
  nodes.forEach((node, place) => { if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null); });
}
