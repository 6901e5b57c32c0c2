// The moderation console: the same forms over the socket, keys, and a bell for people in danger.
import { ring, ringWhile } from "./live/bell.js";
import { runClocks } from "./live/clocks.js";
import { linkDesk } from "./live/desk_link.js";
import { sendForms } from "./live/forms.js";
import { ringFirst, watchKeys } from "./live/keys.js";

const desk = document.getElementById("desk");
const tick = runClocks();
const { connection, regions, status } = linkDesk({ settled, alerted: () => ring() });

sendForms(desk, connection, { refine, answered });
watchKeys(desk);
ringFirst(desk);
ringWhile(() => desk.querySelector('.crisis[data-state="raised"]'));
setInterval(() => regions.soon(), 20_000);

// Choices without a button of their own are sent as soon as they are made.
desk.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-soon]");
  if (form) form.requestSubmit();
});

function settled() {
  tick();
  ringFirst(desk);
}

function refine(form, data) {
  if ("backstage" in form.dataset) data.backstage = true;
}

function answered(form, event, data, answer) {
  if (!answer.ok) status.say(answer.error.message);
  else if (event === "chat") form.querySelector("[name=text]").value = "";
  else {
    document.activeElement?.blur();
    status.say("Done.", { unseen: true });
  }
  regions.soon();
}
