// The cards on the page and the lists they stand in. Nothing here asks the server.
import { isHalfTyped, isOccupied, steady } from "./steady.js";

const CARD = "li[data-key], article[data-key]";

export class Places {
  constructor(desk) {
    this.desk = desk;
    this.lists = Object.fromEntries(["waiting", "answering", "listed", "answered", "aside"].map((part) => [part, listOf(desk, part)]));
  }

  get waiting() {
    return [...this.lists.waiting.querySelectorAll(":scope > [data-key]:not([data-gone])")];
  }

  find(id) {
    return Object.values(this.lists).flatMap((list) => [...list.children]).find((node) => node.dataset.key === id) ?? null;
  }

  // A card as it is now in the place of how it was; an open form in it, and what is typed there, stays.
  renew(old, fresh) {
    const height = heightOf(old);
    const work = old.querySelector("[data-work]:not(:empty)");
    if (work) rewordAround(work, fresh);
    else replace(old, fresh);
    const now = work ? old : fresh;
    now.dataset.version = fresh.dataset.version;
    if (now.dataset.part === "waiting" && isOccupied(this.lists.waiting)) keepHeight(now, height);
  }

  // Somebody else handled it: it stays in place, says what happened, and goes when nobody looks.
  greyOut(card, said) {
    if ("gone" in card.dataset) return;
    keepHeight(card, heightOf(card));
    card.dataset.gone = "";
    const article = card.querySelector("article") ?? card;
    const focused = article.contains(document.activeElement);
    article.dataset.busy = "";
    article.removeAttribute("data-item");
    article.querySelector(".acts")?.remove();
    if (!isHalfTyped(card)) article.querySelector("[data-work]")?.replaceChildren();
    article.append(sentence(said));
    if (focused && !article.contains(document.activeElement)) article.focus({ preventScroll: true });
  }

  // Takes greyed cards away once neither pointer nor focus is in the queue.
  sweep() {
    if (isOccupied(this.lists.waiting)) return;
    for (const card of this.lists.waiting.children) {
      card.style.minHeight = "";
      if ("gone" in card.dataset && !isHalfTyped(card)) card.remove();
    }
  }

  append(cards) {
    const last = this.desk.querySelector("#nothing");
    for (const card of cards) if (!this.find(card.dataset.key)) last.before(card);
  }

  prepend(cards) {
    for (const card of [...cards].reverse()) if (!this.find(card.dataset.key)) this.lists.waiting.prepend(card);
  }

  // The list in another selection; a card that somebody writes in stays on top.
  replaceWaiting(cards) {
    const kept = [...this.lists.waiting.querySelectorAll(":scope > [data-key]")].filter((card) => isHalfTyped(card));
    for (const card of [...this.lists.waiting.querySelectorAll(":scope > [data-key]")]) if (!kept.includes(card)) card.remove();
    this.append(cards);
  }

  insert(card, part) {
    const list = this.lists[part];
    if (part !== "listed") return list.prepend(card);
    const after = [...list.children].find((other) => comesBefore(card, other));
    return list.insertBefore(card, after ?? null);
  }

  votes(numbers) {
    for (const row of this.lists.listed.children) {
      const number = row.querySelector("[data-votes]");
      if (number && row.dataset.key in numbers) number.textContent = numbers[row.dataset.key];
    }
  }

  // By votes again, but never under somebody's pointer.
  sort() {
    const rows = [...this.lists.listed.children];
    if (isOccupied(this.lists.listed)) return;
    const sorted = [...rows].sort((a, b) => (comesBefore(a, b) ? -1 : 1));
    if (sorted.some((row, place) => row !== rows[place])) steady(() => this.lists.listed.append(...sorted));
  }
}

export function cardsIn(page) {
  return [...page.querySelectorAll("[data-card]")].map((holder) => ({
    id: holder.dataset.card,
    said: holder.dataset.said,
    card: document.importNode(holder.querySelector(CARD), true),
  }));
}

function listOf(desk, part) {
  return desk.querySelector(`[data-region="${part === "waiting" ? "queue" : part}"]`);
}

function replace(old, fresh) {
  const folds = [...old.querySelectorAll("details")].map((fold) => fold.open);
  [...fresh.querySelectorAll("details")].forEach((fold, place) => { fold.open = folds[place] ?? false; });
  const ringed = old.matches("[aria-current]") || old.querySelector("[data-item][aria-current]");
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(fresh);
  const item = fresh.matches("[data-item]") ? fresh : fresh.querySelector("[data-item]");
  if (ringed) item?.setAttribute("aria-current", "true");
  if (focus) (twinOf(focus, fresh) ?? item ?? fresh).focus({ preventScroll: true });
}

function twinOf(focus, fresh) {
  return focus.value ? [...fresh.querySelectorAll("button")].find((one) => one.name === focus.name && one.value === focus.value) : null;
}

function rewordAround(work, fresh) {
  const place = fresh.querySelector("[data-work]");
  const before = wordsOf(work.parentElement);
  if (!place) return;
  const ringed = work.closest("[data-item]");
  for (const node of [...work.parentElement.children]) if (node !== work) node.remove();
  for (const node of [...place.parentElement.children]) if (node !== place) work.before(node);
  for (const version of work.querySelectorAll("input[name=version]")) version.value = fresh.dataset.version;
  ringed?.toggleAttribute("data-busy", Boolean(fresh.querySelector("[data-busy]")));
  if (wordsOf(work.parentElement) !== before) work.prepend(sentence("Its words changed while you had this open. They stand above."));
}

function wordsOf(card) {
  return card.querySelector('[id^="m-"], [id^="l-"]')?.textContent ?? "";
}

function sentence(text) {
  const line = document.createElement("p");
  line.className = "small strong";
  line.textContent = text;
  return line;
}

function heightOf(card) {
  return card.getBoundingClientRect().height;
}

function keepHeight(card, height) {
  card.style.minHeight = `${height}px`;
}

// Pinned ones first, then by votes, then whoever has waited longest.
function comesBefore(one, other) {
  const votes = (row) => Number(row.querySelector("[data-votes]").textContent);
  if (one.dataset.pin !== other.dataset.pin) return Boolean(one.dataset.pin) && (!other.dataset.pin || one.dataset.pin < other.dataset.pin);
  const apart = votes(other) - votes(one);
  return apart ? apart < 0 : one.dataset.at < other.dataset.at;
}
