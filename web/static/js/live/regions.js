// The desk shows what the server's own page shows: after an event it is fetched again, and each part that has another
// version (data-v) takes the place of the old one. A part that somebody is writing in waits until they are done.
import { isHalfTyped } from "./steady.js";

export class Regions {
  constructor(settled) {
    this.settled = settled;
    this.busy = false;
    this.wanted = false;
  }

  // Look again after `wait` milliseconds at most; what was planned earlier stays planned.
  soon(wait = 120) {
    const at = Date.now() + wait;
    if (this.due && this.due <= at) return;
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(() => { this.due = 0; this.refresh(); }, wait);
  }

  get address() {
    return location.href;
  }

  async refresh() {
    if (this.busy) {
      this.wanted = true;
      return;
    }
    this.busy = true;
    try {
      const answer = await fetch(this.address, { headers: { Accept: "text/html" } });
      if (answer.redirected || answer.status === 401 || answer.status === 403) location.reload();
      else if (answer.ok) this.take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      setTimeout(() => this.soon(), 2000);
    }
    this.busy = false;
    if (this.wanted) {
      this.wanted = false;
      this.soon();
    }
  }

  take(page) {
    for (const region of document.querySelectorAll("[data-region]")) {
      const fresh = page.querySelector(`[data-region="${region.dataset.region}"]`);
      if (fresh) level(region, fresh);
    }
    this.settled();
  }
}

function level(region, fresh) {
  const old = new Map(keyed(region).map((node) => [node.dataset.key, node]));
  const kept = keyed(fresh).map((node) => choose(old.get(node.dataset.key), node));
  const keep = new Set(kept);
  for (const node of keyed(region)) if (!keep.has(node) && !isWritten(node)) node.remove();
  kept.forEach((node, place) => { if (keyed(region)[place] !== node) region.insertBefore(node, keyed(region)[place] ?? null); });
}

function choose(old, fresh) {
  if (old && (old.dataset.v === fresh.dataset.v || isWritten(old))) return old;
  const node = document.importNode(fresh, true);
  if (old?.getAttribute("aria-current")) node.setAttribute("aria-current", "true");
  if (old) copyFolds(old, node);
  const focused = old?.contains(document.activeElement);
  old?.replaceWith(node);
  if (focused) (node.querySelector("button, a, summary") ?? node).focus();
  return node;
}

function keyed(region) {
  return [...region.children].filter((node) => node.dataset.key);
}

// Somebody writes in it, or is pressing a button of it this very moment.
function isWritten(node) {
  const active = document.activeElement;
  if (node.matches(":active") || isHalfTyped(node)) return true;
  return node.contains(active) && active.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

// What somebody has opened stays open; what the server opens is opened.
function copyFolds(old, node) {
  const before = folds(old).map((fold) => fold.open);
  folds(node).forEach((fold, place) => { fold.open ||= before[place] ?? false; });
}

function folds(node) {
  return [...(node.matches("details") ? [node] : []), ...node.querySelectorAll("details")];
}
