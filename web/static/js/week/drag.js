// Dragging an entry to another quarter of an hour or day. A finger scrolls instead: for it there is Move on the entry's page.
import { clock } from "./grid.js";

const FAR_ENOUGH = 5;

export function watchDrag(grid, asks, say) {
  grid.root.addEventListener("dragstart", (event) => event.preventDefault());
  grid.root.addEventListener("pointerdown", (event) => {
    const entry = event.target.closest(".ev[data-move]");
    if (!entry || event.button !== 0 || event.pointerType === "touch" || !grid.drawn) return;
    follow(grid, entry, event, asks, say);
  });
}

function follow(grid, entry, down, asks, say) {
  const length = Number(entry.dataset.length);
  const grip = down.clientY - entry.getBoundingClientRect().top - grid.row / 2;
  const home = grid.of(entry);
  let ghost = null;
  let place = home;

  const heard = new AbortController();
  const listen = (kind, act) => document.addEventListener(kind, act, { signal: heard.signal });
  listen("pointermove", (event) => {
    if (!ghost && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < FAR_ENOUGH) return;
    ghost ??= lift(grid, entry);
    place = grid.at(event.clientX, event.clientY - grip, length) ?? place;
    show(grid, ghost, place, length, entry);
  });
  listen("pointerup", () => {
    heard.abort();
    if (!ghost) return;
    swallowClick();
    if (same(place, home)) drop(grid, ghost, entry);
    else {
      say(`${entry.dataset.spoken}: ${grid.words(place)}.`);
      delete grid.root.dataset.moving;
      asks(grid.address(entry.dataset.move, place), { from: entry.querySelector("a"), kept: () => drop(grid, ghost, entry) });
    }
  });
  listen("pointercancel", stop);
  listen("keydown", (event) => { if (event.key === "Escape") stop(); });

  function stop() {
    heard.abort();
    if (ghost) drop(grid, ghost, entry);
  }
}

export function lift(grid, entry) {
  const ghost = document.createElement("li");
  ghost.setAttribute("aria-hidden", "true");
  const name = document.createElement("b");
  ghost.append(name, document.createElement("span"));
  entry.classList.add("lifted");
  grid.root.dataset.moving = "";
  return ghost;
}

export function show(grid, ghost, place, length, entry) {
  grid.put(ghost, place, length);
  ghost.firstChild.textContent = `${clock(place.quarter)} ${entry.dataset.spoken}`;
  ghost.toggleAttribute("data-taken", Boolean(grid.taken(place, length, entry)));
}

export function drop(grid, ghost, entry) {
  ghost.remove();
  entry.classList.remove("lifted");
  delete grid.root.dataset.moving;
}

export function same(one, other) {
  return one.day === other.day && one.quarter === other.quarter;
}

// Letting go over a link is a click, too.
function swallowClick() {
  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  document.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 0);
}
