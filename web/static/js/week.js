// The calendar's own hands: dragging, moving by keys, choosing an empty time. The server asks and decides; without this
// file the same pages are reached by links.
import { askHere } from "./week/ask.js";
import { watchCursor } from "./week/cursor.js";
import { watchDrag } from "./week/drag.js";
import { Grid } from "./week/grid.js";
import { watchKeys } from "./week/keys.js";
import { showHelp } from "./week/help.js";

const root = document.getElementById("week");
const says = document.getElementById("week-says");
const asks = askHere(document.getElementById("week-asks"));

if (root && says && root.dataset.add) {
  const grid = new Grid(root);
  const say = (words) => { says.textContent = words; };
  watchDrag(grid, asks, say);
  watchKeys(grid, asks, say);
  watchCursor(grid, asks, say);
  showHelp(document.getElementById("week-help"));
  root.dataset.ready = "";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  asks(link.href, { from: link.closest("dialog") ? null : link });
});
