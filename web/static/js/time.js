// Keeps "in 12 minutes" true while a page stays open. The element: <time datetime="..." data-relative>in 12 minutes</time>
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function keepTimesFresh(doc = document) {
  const times = [...doc.querySelectorAll("time[data-relative]")];
  if (!times.length) return;
  const refresh = () => times.forEach((time) => { time.textContent = relative(new Date(time.dateTime), new Date()); });
  setInterval(refresh, 20_000);
}

export function relative(then, now) {
  const seconds = Math.round((then - now) / 1000);
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return "now";
  const words = count(distance);
  return seconds < 0 ? `${words} ago` : `in ${words}`;
}

function count(distance) {
  const [size, word] = distance < HOUR ? [MINUTE, "minute"] : distance < DAY ? [HOUR, "hour"] : [DAY, "day"];
  const number = Math.floor(distance / size);
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
