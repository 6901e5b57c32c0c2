// Moving an entry by keys: M picks it up, arrows move it, Enter asks, Escape puts it back. Each step is said.
import { drop, lift, same, show } from "./drag.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const DAYS = { ArrowLeft: -1, ArrowRight: 1 };

export function watchKeys(grid, asks, say) {
  let held = null;

  grid.root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (held) steer(event);
    else if (event.key.toLowerCase() === "m" && grid.drawn) pickUp(event);
  });
  grid.root.addEventListener("focusout", () => { if (held && !held.asking) putBack("Put back."); });

  function pickUp(event) {
    const entry = event.target.closest(".ev[data-move]");
    if (!entry) return;
    event.preventDefault();
    held = { entry, place: grid.of(entry), length: Number(entry.dataset.length), ghost: lift(grid, entry) };
    show(grid, held.ghost, held.place, held.length, entry);
    say(`Picked up ${entry.dataset.spoken}, ${grid.words(held.place)}. Arrows move it, Enter asks, Escape puts it back.`);
  }

  function steer(event) {
    if (event.key in STEPS) go({ ...held.place, quarter: grid.kept(held.place.quarter + STEPS[event.key], held.length) });
    else if (event.key in DAYS) aside(DAYS[event.key]);
    else if (event.key === "Enter") settle();
    else if (event.key === "Escape") putBack("Put back.");
    else return;
    event.preventDefault();
  }

  function aside(step) {
    const day = grid.beside(held.place, step);
    if (day) go({ ...held.place, day });
    else say(grid.view === "day" ? "Only this day is shown. The week view shows the others." : "The week ends here. Move, on the entry’s page, goes further.");
  }

  function go(place) {
    const stuck = same(place, held.place);
    held.place = place;
    show(grid, held.ghost, place, held.length, held.entry);
    const other = grid.taken(place, held.length, held.entry);
    say(`${grid.words(place)}${stuck ? ", no further" : ""}${other ? `, taken: ${named(other)}` : "."}`);
  }

  function settle() {
    const { entry, place, ghost } = held;
    if (same(place, grid.of(entry))) return putBack("It stays where it is.");
    held.asking = true;
    delete grid.root.dataset.moving;
    asks(grid.address(entry.dataset.move, place), {
      from: entry.querySelector("a"),
      kept: () => { drop(grid, ghost, entry); held = null; say("It stays where it is."); },
    });
  }

  function putBack(words) {
    drop(grid, held.ghost, held.entry);
    held = null;
    say(words);
  }
}

export function named(entry) {
  return entry.querySelector("b")?.textContent.trim().replace(/\s+/g, " ") ?? "something";
}
