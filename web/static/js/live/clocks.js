// Keeps "waits 2:10" and "gets a mail in 0:38" true, by the server's times.
const spoken = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export function runClocks(doc = document) {
  const tick = () => {
    for (const time of doc.querySelectorAll("time[data-since]")) time.textContent = spoken(Math.max(0, since(time.dataset.since)));
    for (const time of doc.querySelectorAll("time[data-until]")) until(time);
  };
  tick();
  setInterval(tick, 1000);
  return tick;
}

function until(time) {
  const left = -since(time.dataset.until);
  time.textContent = left > 0 ? spoken(left) : (time.dataset.over ?? "0:00");
}

function since(iso) {
  return Math.round((Date.now() - new Date(iso)) / 1000);
}
