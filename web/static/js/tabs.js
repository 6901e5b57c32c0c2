// On a phone a row of tabs is wider than the screen: the one that is open comes into its middle.
export function showTheTab(doc = document) {
  const here = doc.querySelector(".tabs [aria-current]");
  const row = here?.closest(".tabs");
  if (row) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.clientWidth) / 2;
}
