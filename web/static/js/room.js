// The room for members: shows what the socket says, and sends the page's own forms over it.
import { Cards, arrange } from "./live/cards.js";
import { Calm } from "./live/calm.js";
import { Connection } from "./live/connection.js";
import { Drafts } from "./live/drafts.js";
import { NOT_SENT, sendForms } from "./live/forms.js";
import { newsOf } from "./live/news.js";
import { Status } from "./live/status.js";
import { Store } from "./live/store.js";

const root = document.getElementById("room");
const cards = new Cards(root);
const store = new Store();
const status = new Status(document.getElementById("said"), document.getElementById("link"));
const calm = new Calm((text, how) => status.say(text, how));
const find = (id) => document.getElementById(id);
const list = (name) => root.querySelector(`[data-list="${name}"]`);
let drawing = false;

const SAID = {
  ask: { pending: "Your question arrived. A moderator reads it next.", live: "Your question is in the room." },
  edit: { pending: "Changed. A moderator reads it next." },
  withdraw: { withdrawn: "Taken back. Nobody else saw it." },
};

const connection = new Connection(root.dataset.room, {
  snapshot(whole, me) { store.snapshot(whole, me); redraw(); },
  caughtUp(votes, me) { store.mine(me); store.votes(votes); redraw(); },
  event(stream, event) {
    for (const [kind, words] of newsOf(store, stream, event)) calm.room(kind, words);
    noticed(store.event(stream, event), event);
    redraw();
  },
  settled: () => redraw(),
  pulse(pulse) { store.votes(pulse.votes); store.present = pulse.present; redraw(); },
  up: (again) => status.up(again),
  down: () => status.down(),
  refused: (error) => status.refused(error.message),
  gone: () => location.reload(),
});

const drafts = new Drafts(root, () => connection.isUp || connection.wasUp);
sendForms(root, connection, { refine, answered, refused: () => status.say(NOT_SENT) });

function noticed(kind, event) {
  if (kind === "care") showCare();
  if (kind === "line") document.dispatchEvent(new Event("line"));
  if (kind === "hand_down") calm.own("A moderator lowered your hand. You can raise it again.");
  if (kind === "invited") calm.own("You are invited to speak. Take your time.");
  if (kind === "person" && event.muted_until) calm.own("A moderator asked you to listen for a while.");
  if (kind === "reply") calm.own("A moderator answered you. It stands with your question.");
  if (kind === "question" && event.question.says && event.question.state !== "pending") calm.own(`${event.question.number ? `Your No. ${event.question.number}` : "Your question"}: ${event.question.joined?.line ?? event.question.says}.`);
  if (kind === "room" && event.room.state === "closed") {
    drafts.forgetAll();
    location.reload();
  }
}

function refine(form, data) {
  if (form.dataset.event === "ask") data.anonymous = data.anonymous === "on";
}

function answered(form, event, data, answer) {
  if (!answer.ok) return calm.own(answer.error.message);
  if (answer.state === "escalated") showCare();
  const words = SAID[event]?.[answer.state];
  if (words && answer.state !== "escalated") calm.own(words);
  if (event === "vote") voted(data, answer);
  if (event === "hand") handIs(data.up, answer.position);
  if (event === "concern") thank();
  if (["ask", "chat", "concern"].includes(event)) form.querySelector("[name=text]").value = "";
  drafts.forget(form);
  form.closest("details")?.removeAttribute("open");
  return redraw();
}

function voted(data, answer) {
  store.voted[data.on ? "add" : "delete"](data.question);
  store.votes({ [data.question]: answer.votes });
}

function handIs(up, position) {
  store.me.hand = up;
  const place = position === 1 ? "first in line" : `number ${position} in line`;
  find("hand-place").hidden = !up;
  find("hand-place").textContent = up ? `Your hand is up, ${place}. Whoever has spoken least comes first.` : "";
  calm.own(up ? `Your hand is up, ${place}. A moderator sees it.` : "Your hand is down.");
}

function thank() {
  find("thanks").hidden = false;
  find("thanks-h").focus();
}

function showCare() {
  const care = find("care");
  if (!care.hidden) return;
  care.hidden = false;
  find("care-h").focus();
}

// Many events, one drawing.
function redraw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw(); });
}

function draw() {
  drawList("answering", store.inState("answering"), (node, one) => cards.fill(node, one, false));
  drawList("own", store.ownLatestFirst, (node, one) => cards.fillOwn(node, one));
  drawList("listed", store.listed, (node, one) => cards.fill(node, one, store.voted.has(one.id)));
  drawList("answered", store.answered, (node, one) => cards.fill(node, one, false));
  arrange(list("chat").querySelector("[data-items]"), store.chat, () => cards.fresh("chat"), (node, said) => (node.dataset.id ? node : cards.line(said)));
  drawCounts();
  drawRoom();
  drawConcern();
}

function drawList(name, wanted, fill) {
  const section = list(name);
  arrange(section.querySelector("[data-items]"), wanted, () => cards.fresh(name), fill);
  const empty = section.querySelector("[data-empty]");
  if (empty) empty.hidden = wanted.length > 0;
  else section.hidden = wanted.length === 0;
}

function drawCounts() {
  find("asked").textContent = store.questions.size;
  find("answered-count").textContent = store.answered.length;
  find("listed-count").textContent = store.listed.length;
  if (store.present) find("here").textContent = present(store.present);
}

function present(number) {
  if (number === 1) return "One person is here";
  return number >= 20 ? `About ${number} people are here` : `${number} people are here`;
}

function drawRoom() {
  const open = store.room.state === "open";
  find("now-badge").hidden = !open;
  find("held-badge").hidden = open;
  find("chat-form").hidden = !store.room.chat;
  find("chat-off").hidden = store.room.chat;
  find("rule").textContent = store.room.rule;
  find("recorded").hidden = !store.room.recorded;
  find("led").hidden = !store.host;
  find("host").textContent = store.host ?? "";
  const hand = find("hand");
  hand.setAttribute("aria-pressed", String(store.me.hand));
  hand.value = store.me.hand ? "0" : "1";
  if (!store.me.hand) find("hand-place").hidden = true;
}

function drawConcern() {
  const about = find("about");
  const wanted = [...store.inState("answering"), ...store.listed];
  const known = new Set(wanted.map((one) => one.id));
  for (const option of [...about.options]) if (option.value && !known.has(option.value)) option.remove();
  for (const one of wanted) {
    if ([...about.options].some((option) => option.value === one.id)) continue;
    about.add(new Option(`whoever asked No. ${one.number}`, one.id));
  }
}

root.addEventListener("click", (event) => {
  const flag = event.target.closest("[data-about]");
  if (!flag) return;
  event.preventDefault();
  find("about").value = flag.dataset.about;
  find("concern").scrollIntoView({ block: "center" });
  find("worry").focus();
});
