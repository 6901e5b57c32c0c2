// The questions of the desk, kept level with the room card by card: an event names a question, its card is fetched, and
// only that card changes. New ones gather behind a bar; nothing moves under the pointer or the focus.
import { Places, cardsIn } from "./places.js";
import { isHalfTyped, steady } from "./steady.js";

const PAGE = 30;
const FEW = 12;
const AT_ONCE = 40;
const MANY = 80;

export class Queue {
  constructor(desk, { say, settled }) {
    this.desk = desk;
    this.base = desk.dataset.base;
    this.say = say;
    this.settled = settled;
    this.places = new Places(desk);
    this.fresh = new Map();
    this.changed = new Set();
    this.coming = new Set();
    this.mine = new Set();
    this.counts = { waiting: Number(desk.querySelector('[data-count="waiting"]').textContent) };
    this.total = Number(this.places.lists.waiting.dataset.total);
    this.listen();
  }

  listen() {
    const find = (id) => this.desk.querySelector(id);
    find("#news").addEventListener("click", () => this.showFresh());
    find("#more")?.addEventListener("click", (event) => { event.preventDefault(); this.showMore(); });
    this.desk.addEventListener("click", (event) => {
      const link = event.target.closest('[data-more="listed"]');
      if (link) { event.preventDefault(); this.listMore(link); }
    });
    const later = () => setTimeout(() => this.calm(), 300);
    this.places.lists.waiting.addEventListener("pointerleave", later);
    this.desk.addEventListener("focusout", later);
    setInterval(() => this.calm(), 2500);
  }

  calm() {
    this.places.sweep();
    this.places.sort();
    this.refill();
    this.takeIn();
    this.draw();
  }

  // An event of the room about one question.
  heard(question) {
    const shown = this.places.find(question.id);
    if (question.state !== "pending") this.fresh.delete(question.id);
    if (!shown && question.state === "pending" && question.version === 1) this.counts.waiting += 1;
    if (!shown && question.state === "pending") this.arrive(question);
    else this.look(question.id);
    this.draw();
  }

  // New ones stand at the end where there is room for them, and wait behind the bar where there is none.
  arrive(question) {
    if (!this.fits(question)) return;
    if (this.coming.has(question.id)) return;
    const seen = this.places.waiting.length + this.coming.size;
    const isNext = this.isNarrow || this.counts.waiting - seen <= 1;
    if (isNext && seen < PAGE && !this.fresh.size && question.hold !== "worry") {
      this.coming.add(question.id);
      this.look(question.id);
    } else this.fresh.set(question.id, question);
  }

  // While many arrive the count may run ahead of them: once it is level, whoever waits behind the bar stands at the end
  // after all, where nothing moves.
  takeIn() {
    const fresh = [...this.fresh.values()];
    const isUrgent = fresh.some((one) => one.hold === "worry");
    if (!fresh.length || isUrgent || this.left > 0 || this.places.waiting.length + fresh.length > PAGE) return;
    this.fresh.clear();
    for (const { id } of fresh) {
      this.coming.add(id);
      this.look(id);
    }
  }

  fits(question) {
    const { words, why, whose } = this.filters;
    const said = `${question.text} ${question.who} ${question.label}`.toLowerCase();
    const mine = question.claimed_by === this.desk.dataset.me;
    const owned = { "": true, mine, unclaimed: !question.claimed_by, new: question.hold === "first" }[whose];
    return owned && (!why || question.hold === why) && words.toLowerCase().split(/\s+/).every((word) => said.includes(word));
  }

  get filters() {
    return Object.fromEntries(new FormData(this.desk.querySelector("#finder")));
  }

  get isNarrow() {
    return Object.values(this.filters).some((value) => value.trim());
  }

  get left() {
    const all = this.isNarrow ? this.total : this.counts.waiting;
    return all - this.places.waiting.length - this.fresh.size;
  }

  look(id) {
    this.changed.add(id);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), 60);
  }

  // A claim that has run out says nothing: cards that somebody else has are looked at again.
  lookAtClaims() {
    for (const card of this.places.waiting) if (card.querySelector("[data-busy]")) this.look(card.dataset.key);
  }

  async flush() {
    if (this.changed.size > MANY) return this.startOver();
    const ids = [...this.changed].slice(0, AT_ONCE);
    ids.forEach((id) => this.changed.delete(id));
    if (!ids.length) return;
    const page = await this.fetch(`cards?ids=${ids.join(".")}`);
    if (page) steady(() => cardsIn(page).forEach((one) => this.take(one)));
    this.draw();
    this.settled();
    if (this.changed.size) this.look([...this.changed][0]);
    return page;
  }

  // So much changed at once that the page itself is the quicker answer, unless something is half typed on it.
  startOver() {
    this.changed.clear();
    return isHalfTyped(this.desk) ? this.reload() : location.reload();
  }

  take({ id, said, card }) {
    this.coming.delete(id);
    const part = card.dataset.part;
    const old = this.places.find(id);
    if (part === "waiting" && old?.dataset.part === "waiting") return this.places.renew(old, card);
    if (part === "waiting") {
      old?.remove();
      return this.places.append([card]);
    }
    if (old?.dataset.part === part && part !== "listed") return this.places.renew(old, card);
    this.leave(old, said, part);
    this.mine.delete(id);
    return part === "gone" || this.places.find(id)?.dataset.part === part ? null : this.places.insert(card, part);
  }

  leave(old, said, part) {
    if (!old) return;
    const isOwn = this.mine.has(old.dataset.key);
    if (old.dataset.part === "waiting" && !isOwn) this.places.greyOut(old, said || "It is not here any more.");
    else if (isOwn && old.dataset.part !== part) this.remove(old);
    else old.remove();
  }

  // What this desk did itself leaves at once, and the next one is at hand.
  remove(card) {
    const item = (node) => (node?.matches("[data-item]") ? node : node?.querySelector("[data-item]"));
    const next = item(card.nextElementSibling) ?? item(card.previousElementSibling);
    const here = card.contains(document.activeElement) || document.activeElement === document.body;
    card.remove();
    if (!next) return;
    for (const one of this.desk.querySelectorAll("[data-item][aria-current]")) one.removeAttribute("aria-current");
    next.setAttribute("aria-current", "true");
    if (here) next.focus({ preventScroll: true });
  }

  // This desk's own act was acknowledged; `state` is the question's state after it.
  acted(id, state) {
    const card = this.places.find(id);
    card?.querySelector("[data-work]")?.replaceChildren();
    if (card?.dataset.part === "waiting" && state !== "pending") {
      this.remove(card);
      this.counts.waiting -= 1;
    }
    this.look(id);
    this.draw();
  }

  // Many at once: those that were done leave, the others say why they stay.
  actedOnMany(done, left) {
    for (const id of done) this.acted(id, "done");
    for (const { question } of left) this.look(question);
  }

  // To the card of this question, wherever it stands, with the ring and the focus on it.
  async bring(id) {
    if (!this.places.find(id)) {
      this.fresh.delete(id);
      const page = await this.fetch(`cards?ids=${id}`);
      if (page) this.places.prepend(cardsIn(page).map((one) => one.card));
    }
    const item = this.places.find(id)?.querySelector("[data-item]");
    item?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
    this.draw();
  }

  async showFresh() {
    const ids = [...this.fresh.keys()].slice(0, PAGE);
    ids.forEach((id) => this.fresh.delete(id));
    const page = await this.fetch(`cards?ids=${ids.join(".")}`);
    if (!page) return;
    const cards = cardsIn(page).map((one) => one.card).filter((card) => card.dataset.part === "waiting");
    this.places.prepend(cards);
    this.draw();
    this.settled();
    cards[0]?.querySelector("[data-item]")?.focus();
  }

  async showMore({ quiet = false } = {}) {
    const known = this.places.waiting.length;
    const page = await this.fetch(`part/waiting?${new URLSearchParams({ ...this.filters, skip: known })}`);
    if (!page) return;
    const cards = cardsIn(page).map((one) => one.card).filter((card) => !this.places.find(card.dataset.key) && !this.fresh.has(card.dataset.key));
    this.places.append(cards);
    this.draw();
    this.settled();
    if (!quiet) cards[0]?.querySelector("[data-item]")?.focus();
  }

  async listMore(link) {
    const rows = this.places.lists.listed.children.length;
    const page = await this.fetch(`part/listed?skip=${rows}`);
    if (!page) return;
    for (const { card } of cardsIn(page)) if (!this.places.find(card.dataset.key)) this.places.lists.listed.append(card);
    const left = Number(page.querySelector("[data-left]")?.dataset.left ?? 0);
    link.nextElementSibling.textContent = `${left} more in the list, by votes`;
    link.parentElement.hidden = !left;
  }

  refill() {
    if (this.places.waiting.length >= FEW || this.left <= 0 || this.filling) return;
    this.filling = true;
    this.showMore({ quiet: true }).finally(() => { setTimeout(() => { this.filling = false; }, 1000); });
  }

  // The first page again, by the filters as they stand.
  async reload() {
    const page = await this.fetch(`part/waiting?${new URLSearchParams(this.filters)}`);
    if (!page) return;
    this.fresh.clear();
    this.places.replaceWaiting(cardsIn(page).map((one) => one.card));
    this.draw();
    this.settled();
  }

  async fetch(path) {
    try {
      const answer = await fetch(`${this.base}/${path}`, { headers: { Accept: "text/html" } });
      if (answer.redirected || answer.status === 401 || answer.status === 403) location.reload();
      if (!answer.ok) return null;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.numbers(page.querySelector("[data-counts]"));
      this.head(page);
      return page;
    } catch {
      return null;
    }
  }

  numbers(told) {
    if (!told) return;
    this.counts = JSON.parse(told.dataset.counts);
    if (told.dataset.total) this.total = Number(told.dataset.total);
  }

  head(page) {
    const old = this.desk.querySelector('[data-region="queue-head"]');
    const fresh = page.querySelector('[data-region="queue-head"]');
    if (fresh && old.firstElementChild.dataset.v !== fresh.firstElementChild.dataset.v) old.replaceChildren(...fresh.childNodes);
  }

  draw() {
    const find = (id) => this.desk.querySelector(id);
    const left = Math.max(0, this.left);
    for (const [part, number] of Object.entries(this.counts)) {
      for (const place of this.desk.querySelectorAll(`[data-count="${part}"]`)) if (place.textContent !== String(number)) place.textContent = number;
    }
    find("#news").hidden = !this.fresh.size;
    find("#news").textContent = `${this.fresh.size} new, show`;
    find("#further").hidden = !left;
    find("#left").textContent = `${left} more wait`;
    find("#nothing").hidden = this.places.lists.waiting.querySelector("[data-key]") !== null;
    find("#nobody").hidden = this.places.lists.answering.querySelector("[data-key]") !== null;
    find("#found").textContent = this.isNarrow ? `${this.total} of ${this.counts.waiting}` : "";
  }
}
