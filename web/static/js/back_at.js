// A break from the room is over at a moment: the page looks again then, by itself.
const LONGEST = 60 * 1000;
const until = Date.parse(document.querySelector("[data-back-at]").dataset.backAt);

function wait() {
  const left = until - Date.now();
  if (left <= 0) location.reload();
  else setTimeout(wait, Math.min(left + 500, LONGEST));
}

setTimeout(wait, 2000);
