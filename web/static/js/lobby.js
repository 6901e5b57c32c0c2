// The waiting room: a countdown by the server's clock, and the door when the room opens.
import { Connection } from "./live/connection.js";

const SECOND = 1000;
const OPEN = new Set(["open", "paused", "closed"]);

countDown(document.querySelector("time[data-until]"));
wait(document.getElementById("lobby"));
chooseOwnWhileTyping();

function countDown(clock) {
  if (!clock) return;
  const ahead = new Date(clock.dataset.now) - Date.now();
  const until = new Date(clock.dataset.until);
  const show = () => {
    const left = Math.max(0, Math.round((until - Date.now() - ahead) / SECOND));
    clock.textContent = spoken(left);
    clock.dateTime = `PT${left}S`;
    if (left > 0) setTimeout(show, SECOND);
  };
  show();
}

function spoken(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  const pad = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

function wait(form) {
  if (!("waiting" in form.dataset)) return;
  const link = document.getElementById("link");
  const letIn = (room) => {
    document.getElementById("recorded").hidden = !room.recorded;
    if (OPEN.has(room.state)) location.reload();
  };
  const nothing = () => {};
  new Connection(form.dataset.room, {
    snapshot: (whole) => letIn(whole.room),
    caughtUp: nothing,
    event: (_stream, event) => { if (event.kind === "room") letIn(event.room); },
    settled: nothing,
    pulse: ({ present }) => { if (present > 1) document.getElementById("here").textContent = present >= 20 ? `About ${present} people are here` : `${present} people are here`; },
    up: () => { if (link) link.textContent = ""; },
    down: () => { if (link) link.textContent = "The connection is gone. Trying again by itself."; },
    refused: nothing,
    gone: () => location.reload(),
  });
}

function chooseOwnWhileTyping() {
  const own = document.getElementById("own");
  own.addEventListener("input", () => { document.querySelector('input[name="name"][value="own"]').checked = true; });
}
