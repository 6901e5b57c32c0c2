// Where things are in the drawn week, and what a place is called. Places are a day and a quarter of an hour of its wall clock;
// which instant that is, the server knows.
const HOUR = 4;

export class Grid {
  constructor(root) {
    this.root = root;
    this.first = Number(root.dataset.from);
    this.end = Number(root.dataset.until);
    this.view = root.dataset.view;
    this.days = [...root.querySelectorAll("ol[data-date]")];
  }

  // Columns stand side by side only on wide screens; below that the week is a list, and nothing is dragged.
  get drawn() {
    return matchMedia("(min-width: 60rem)").matches;
  }

  get row() {
    const [one, two] = this.root.querySelectorAll(".hours li");
    return (two.getBoundingClientRect().top - one.getBoundingClientRect().top) / HOUR;
  }

  // The place under a point of the window. `length` keeps the whole entry inside the drawing.
  at(x, y, length = 1) {
    const day = this.days.find((one) => { const box = one.getBoundingClientRect(); return x >= box.left && x < box.right; });
    if (!day) return null;
    const top = day.getBoundingClientRect().top;
    return { day, quarter: this.kept(this.first + Math.floor((y - top) / this.row), length) };
  }

  kept(quarter, length = 1) {
    return Math.max(this.first, Math.min(quarter, this.end - length));
  }

  of(entry) {
    return { day: entry.closest("ol"), quarter: Number(entry.dataset.quarter) };
  }

  beside(place, step) {
    return this.days[this.days.indexOf(place.day) + step] ?? null;
  }

  // Classes place an entry, so that no style is written into the page.
  put(element, place, length, more = "ghost") {
    element.className = `ev ${more} h${Math.floor(place.quarter / HOUR)} q${place.quarter % HOUR} d${length}`;
    if (element.parentElement !== place.day) place.day.append(element);
  }

  // What stands there already, apart from `but`.
  taken(place, length, but = null) {
    const until = place.quarter + length;
    return [...place.day.querySelectorAll(".ev[data-quarter]")].find((one) => {
      const start = Number(one.dataset.quarter);
      return one !== but && one.dataset.kind !== "off" && start < until && place.quarter < start + Number(one.dataset.length);
    }) ?? null;
  }

  words(place) {
    return `${place.day.dataset.words}, ${clock(place.quarter)}`;
  }

  // The page that asks about this place.
  address(path, place) {
    const url = new URL(path, location.href);
    url.searchParams.set("day", place.day.dataset.date);
    url.searchParams.set("time", `${two(Math.floor(place.quarter / HOUR))}:${two((place.quarter % HOUR) * 15)}`);
    if (this.view === "day") url.searchParams.set("view", "day");
    return url;
  }
}

export function clock(quarter) {
  const hour = Math.floor(quarter / HOUR);
  return `${hour % 12 || 12}:${two((quarter % HOUR) * 15)} ${hour % 24 < 12 ? "am" : "pm"}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}
