// What the console and the host's screen share: a socket whose events are the sign to look again.
import { Connection } from "./connection.js";
import { Regions } from "./regions.js";
import { Status } from "./status.js";

export function linkDesk({ settled = () => {}, alerted = () => {} }) {
  const desk = document.getElementById("desk");
  const status = new Status(document.getElementById("said"), document.getElementById("link"));
  const regions = new Regions(settled);
  let present = null;
  const connection = new Connection(desk.dataset.room, {
    snapshot: () => regions.soon(),
    caughtUp: () => regions.soon(),
    event: (stream, event) => { if (stream === "mod" && event.kind === "alert") alerted(event.flag); },
    settled: () => regions.soon(),
    pulse: (pulse) => {
      const now = JSON.stringify([pulse.present, pulse.votes, pulse.hands]);
      if (present !== null && now !== present) regions.soon(1500);
      present = now;
    },
    up: (again) => status.up(again),
    down: () => status.down(),
    refused: (error) => status.refused(error.message),
    gone: () => location.reload(),
  });
  return { connection, regions, status };
}
