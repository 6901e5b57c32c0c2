// Choosing an empty time: a click on it, or a cursor that the arrows move from a day's plus sign.
import { clock } from "./grid.js";
import { named } from "./keys.js";

const HALF_HOUR = 2;
const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const DAYS = { ArrowLeft: -1, ArrowRight: 1 };

export function watchCursor(grid, asks, say) {
  const mark = document.createElement("li");
  mark.setAttribute("aria-hidden", "true");
  let place = null;

  grid.root.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || "moving" in grid.root.dataset) return;
    if (isEmpty(event.target) && grid.drawn) show(grid.at(event.clientX, event.clientY));
    else if (!onPlus()) hide();
  });
  grid.root.addEventListener("pointerleave", hide);
  grid.root.addEventListener("click", (event) => {
    if (isEmpty(event.target) && grid.drawn) open(grid.at(event.clientX, event.clientY), null);
  });
  grid.root.addEventListener("keydown", (event) => {
    const plus = event.target.closest("a[data-cursor]");
    if (!plus || event.ctrlKey || event.metaKey || event.altKey || !grid.drawn) return;
    if (event.key in STEPS) step(plus, STEPS[event.key]);
    else if (event.key in DAYS) aside(plus, DAYS[event.key]);
    else if (event.key === "Enter" && place) open(place, plus);
    else if (event.key === "Escape" && place) hide();
    else return;
    event.preventDefault();
  });
  grid.root.addEventListener("focusout", (event) => { if (event.target.closest("a[data-cursor]")) hide(); });

  function step(plus, by) {
    const day = dayOf(plus);
    move(place?.day === day ? { day, quarter: grid.kept(place.quarter + by) } : { day, quarter: firstFree(day) });
  }

  function aside(plus, by) {
    const from = place ?? { day: dayOf(plus), quarter: firstFree(dayOf(plus)) };
    const day = grid.beside(from, by);
    if (!day) return say("There is no further day in this week.");
    grid.root.querySelector(`a[data-cursor="${day.dataset.date}"]`).focus();
    move({ day, quarter: from.quarter });
  }

  function move(next) {
    show(next);
    const other = grid.taken(next, 1);
    say(`${grid.words(next)}, ${other ? `taken: ${named(other)}` : "empty. Enter opens it."}`);
  }

  function open(at, from) {
    if (!at) return;
    asks(grid.address(grid.root.dataset.add, at), { from, kept: hide });
  }

  function show(at) {
    place = at;
    if (!at) return hide();
    grid.put(mark, at, Math.min(HALF_HOUR, grid.end - at.quarter), "ghost ghost--here");
    mark.textContent = clock(at.quarter);
  }

  function hide() {
    mark.remove();
    place = null;
  }

  function onPlus() {
    return document.activeElement?.matches("a[data-cursor]") && place;
  }

  function dayOf(plus) {
    return grid.days.find((day) => day.dataset.date === plus.dataset.cursor);
  }

  function firstFree(day) {
    for (let quarter = Math.max(grid.first, 36); quarter < grid.end; quarter += 1) if (!grid.taken({ day, quarter }, HALF_HOUR)) return quarter;
    return grid.first;
  }
}

function isEmpty(target) {
  return target.matches("ol[data-date]");
}
