// Counts down the time that is kept. The server decides: the page only says what it will answer.
const SECOND = 1000;
const bar = document.querySelector("progress[data-until]");
if (bar) countDown(bar, document.querySelector("[data-left]"), document.querySelector("[data-said]"));

function countDown(bar, left, said) {
  const until = new Date(bar.dataset.until).getTime();
  const shift = until - bar.value * SECOND - Date.now(); // the server's clock minus this one's
  const spoken = new Set();
  const timer = setInterval(show, SECOND);
  show();

  function show() {
    const seconds = Math.max(0, Math.round((until - shift - Date.now()) / SECOND));
    bar.value = seconds;
    left.textContent = words(seconds);
    if (seconds === 60 || seconds === 0) say(seconds);
    if (seconds === 0) clearInterval(timer);
  }

  function say(seconds) {
    if (spoken.has(seconds)) return;
    spoken.add(seconds);
    said.textContent = seconds ? "One minute left to book this time." : "No longer kept. You can still book it while it is free.";
  }
}

export function words(seconds) {
  if (seconds === 0) return "No longer kept";
  const rest = String(seconds % 60).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest} left`;
}
