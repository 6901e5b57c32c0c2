// Return, edit, merge, reply: the form of a question's own page, opened inside its card. Whoever opens one has it.
import { freshId } from "./connection.js";

export class Work {
  constructor(desk, connection, queue, say) {
    Object.assign(this, { desk, connection, queue, say });
    desk.addEventListener("click", (event) => { if (event.target.closest("[data-shut]")) this.shut(event.target.closest("[data-work]")); });
    desk.addEventListener("change", (event) => preview(event.target));
    desk.addEventListener("input", (event) => this.search(event));
    setInterval(() => this.keep(), 50_000);
  }

  // A claim runs out after two minutes; it is renewed while its form is open.
  keep() {
    const open = this.queue.places.waiting.filter((card) => card.querySelector("[data-work]:not(:empty)"));
    for (const card of open) if (this.connection.isUp && !card.querySelector("[data-busy]")) this.claim(card.dataset.key);
  }

  // True when the press opens a form here, so that nothing else need be sent.
  opens(event) {
    if (event.target.matches("[data-find]")) {
      event.preventDefault();
      this.search(event);
      return true;
    }
    if (event.submitter?.name !== "do") return false;
    event.preventDefault();
    this.open(event.target.closest("[data-key]"), event.submitter.value);
    return true;
  }

  async open(card, what) {
    if (card.dataset.part === "waiting" && !(await this.claim(card.dataset.key))) return;
    await this.show(card.dataset.key, what);
    const place = this.place(card.dataset.key);
    (place?.querySelector("[data-first]") ?? place?.querySelector("[data-shut]"))?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: "nearest" });
  }

  async claim(question) {
    const answer = await this.connection.send("moderate", { id: freshId(), question, action: "claim" });
    if (!answer.ok) this.say(answer.error.message);
    this.queue.look(question);
    return answer.ok;
  }

  async show(id, what, words = "") {
    const page = await this.queue.fetch(`questions/${id}?${new URLSearchParams({ do: what, words })}`);
    const place = this.place(id);
    if (!page || !place) return this.say("That could not be opened. Try again in a moment.");
    place.className = "work stack stack--s";
    place.replaceChildren(...document.importNode(page.getElementById("work"), true).children);
    for (const button of place.querySelectorAll("[data-shut]")) button.hidden = false;
    return place;
  }

  place(id) {
    return this.queue.places.find(id)?.querySelector("[data-work]");
  }

  search(event) {
    const form = event.target.closest("[data-find]");
    if (!form) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(form), event.type === "submit" ? 0 : 200);
  }

  async find(form) {
    const card = form.closest("[data-key]");
    const words = form.elements.words;
    const at = words.selectionStart;
    const place = await this.show(card.dataset.key, "merge", words.value);
    const box = place?.querySelector("input[name=words]");
    box?.focus({ preventScroll: true });
    box?.setSelectionRange(at, at);
  }

  shut(place) {
    const item = place.closest("[data-item]");
    place.replaceChildren();
    place.className = "";
    item?.focus({ preventScroll: true });
  }
}

function preview(select) {
  const shown = select.matches("select[name=reason]") ? select.closest("form").querySelector("[data-preview]") : null;
  if (shown) shown.textContent = select.selectedOptions[0].textContent;
}
