// The moderation console: the same forms over the socket, keys, and a bell for people in danger.
import { ring, ringWhile } from "./live/bell.js";
import { runClocks } from "./live/clocks.js";
import { Connection } from "./live/connection.js";
import { findAsOneTypes, findPeople } from "./live/finder.js";
import { NOT_SENT, sendForms } from "./live/forms.js";
import { remember, ringFirst, watchKeys } from "./live/keys.js";
import { Panels } from "./live/panels.js";
import { Queue } from "./live/queue.js";
import { Status } from "./live/status.js";
import { turnTabs } from "./live/tabs.js";
import { Work } from "./live/work.js";

const ALL = ["bar", "here", "notice", "lane", "hands", "backstage", "people", "fairness", "hosting", "closing"];
const TOLD = { room: ["bar", "notice", "closing", "hosting", "hands", "people"], host: ["hosting"], hands: ["hands"], person: ["people", "hands"], backstage: ["backstage"] };
const DID = {
  take_over: "Yours", approve: "Approved", reject: "Returned", merge: "Merged", pin: "Pinned or unpinned", escalate: "Escalated", claim: "Yours",
  answer: "Being answered", done: "Answered", restore: "Put back", edit: "Edited", reply: "Answered privately",
};
const desk = document.getElementById("desk");
const tick = runClocks();
const status = new Status(document.getElementById("said"), document.getElementById("link"));
const say = (text, how) => status.say(text, how);
const panels = new Panels(desk, settled);
const queue = new Queue(desk, { say, settled });
let last = null;

const connection = new Connection(desk.dataset.room, {
  snapshot: everything,
  caughtUp: () => panels.want(ALL),
  event: (stream, event) => { if (stream === "mod") heard(event); },
  settled: () => {},
  pulse: felt,
  up: () => {
    document.documentElement.dataset.linked = "";
    status.up();
  },
  down: () => {
    delete document.documentElement.dataset.linked;
    status.down();
  },
  refused: (error) => status.refused(error.message),
  gone: () => location.reload(),
}, { after: JSON.parse(desk.dataset.after), epoch: desk.dataset.epoch });

const work = new Work(desk, connection, queue, say);
const sound = document.getElementById("sound-on");
remember(sound, "evenside.sound.off");
sendForms(desk, connection, { refine, answered, handles: (event) => work.opens(event), refused: () => say(NOT_SENT) });
watchKeys(desk);
turnTabs(desk);
findAsOneTypes(desk, queue);
findPeople(desk, panels);
ringFirst(desk);
ringWhile(() => sound.checked && desk.querySelector('.crisis[data-state="raised"]'));
setInterval(() => {
  panels.want(["here", "fairness", "lane", "people"]);
  queue.lookAtClaims();
}, 20_000);

// Choices without a button of their own are sent as soon as they are made.
desk.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-soon]");
  if (form) form.requestSubmit();
});

// The second press of a double click would land on the next card.
desk.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest(".acts button")) event.preventDefault();
}, true);

function heard(event) {
  if (event.kind === "question") {
    queue.heard(event.question);
    panels.want(["fairness", "people"], 4000);
  } else panels.want(TOLD[event.kind] ?? ["lane"]);
  if (event.kind === "alert" && sound.checked) ring();
}

function everything() {
  queue.reload();
  panels.want(ALL);
}

function felt(pulse) {
  queue.places.votes(pulse.votes);
  if (last !== null && last !== pulse.present) panels.want(["here", "people"], 1500);
  last = pulse.present;
}

function settled() {
  tick();
  ringFirst(desk);
}

function refine(form, data) {
  if ("backstage" in form.dataset) data.backstage = true;
  delete data.do;
  if (data.questions) data.versions = data.questions.map((id) => Number(queue.places.find(id)?.dataset.version ?? 0)); // as they were read
  for (const id of data.questions ?? [data.question]) if (id) queue.mine.add(id);
}

function answered(form, event, data, answer) {
  if (!answer.ok) refused(data, answer);
  else if (event === "chat") form.querySelector("[name=text]").value = "";
  else if (data.questions) {
    queue.actedOnMany(answer.done, answer.left);
    say(`Returned ${answer.done.length}.${answer.left.length ? ` ${answer.left.length} stay: somebody else has them, or they changed.` : ""}`);
  } else if (data.action === "claim_next") taken(answer.question);
  else if (data.question) {
    queue.acted(data.question, answer.state);
    say(`${DID[data.action] ?? "Done"}. ${queue.counts.waiting} wait.`, { unseen: true });
  } else {
    sent(form, event === "person" || data.action === "say");
    say("Done.", { unseen: true });
    panels.want(TOLD[event] ?? ["lane", "people"]);
  }
}

// What was sent is no longer half typed, so that its panel may be renewed.
function sent(form, isOver) {
  if (isOver) form.reset();
  for (const box of form.querySelectorAll("textarea, input")) box.defaultValue = box.value;
}

async function taken(question) {
  if (!question) return say("Nothing waits that nobody has.");
  await queue.bring(question);
  return say("You have this one.", { unseen: true });
}

function refused(data, answer) {
  say(answer.error.message);
  if (!data.question) return;
  queue.mine.delete(data.question);
  queue.look(data.question);
}
