// A page that may be days old when it is opened without a connection: its clock and its next meeting stay true.
const REFRESH = 15_000;

function refresh() {
  tellTime(document.querySelector("[data-clock]"), new Date());
  showNext([...document.querySelectorAll("#meetings > li")], Date.now());
}

function tellTime(clock, now) {
  const told = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", timeZone: clock.dataset.clock });
  clock.textContent = told.format(now).replace(/\s+/g, " ").toLowerCase();
}

function showNext(meetings, now) {
  const next = meetings.find((one) => Date.parse(one.dataset.ends) > now);
  for (const one of meetings) one.hidden = one !== next;
  if (next) next.querySelector("[data-open]").hidden = Date.parse(next.dataset.opens) > now;
}

refresh();
setInterval(refresh, REFRESH);
