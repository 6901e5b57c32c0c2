// Whatever changes around it, what is under the pointer, or has the focus, stays where it is on the screen.

export function isOccupied(place) {
  return place.matches(":hover") || place.contains(document.activeElement);
}

export function steady(change) {
  const anchor = document.querySelector("[data-key]:hover") ?? document.activeElement?.closest("[data-key]");
  const before = anchor?.getBoundingClientRect().top;
  change();
  if (!anchor?.isConnected) return;
  const moved = anchor.getBoundingClientRect().top - before;
  if (moved) window.scrollBy({ top: moved, behavior: "instant" });
}

// Something was typed that has not been sent.
export function isHalfTyped(node) {
  return [...node.querySelectorAll("textarea, input:not([type=hidden], [type=radio], [type=checkbox])")].some((box) => box.value !== box.defaultValue);
}
