// The steps stay on a member's own phone, for an hour without a connection, and go when nobody is signed in.
// The page says which it is: <html data-steps="keep"> or "drop". Nothing said (we are away): all stays as it is.
const SCOPE = "/care/steps";
const STORE = "steps";
const ASKED = "steps-asked";
const AFRESH = 3_600_000;

export async function keepSteps(doc = document) {
  const wish = doc.documentElement.dataset.steps;
  if (wish === "drop") await dropSteps();
  if (wish === "keep" && "serviceWorker" in navigator) await keep(doc.documentElement.dataset.stepsFor);
}

export async function dropSteps() {
  if (!("serviceWorker" in navigator)) return;
  try {
    const found = await navigator.serviceWorker.getRegistration(SCOPE);
    if (found?.scope.endsWith(SCOPE)) await found.unregister();
    await caches.delete(STORE);
    localStorage.removeItem(ASKED);
  } catch (refusal) {
    console.info("This browser keeps nothing.", refusal.name);
  }
}

// `owner` says, to this browser alone, whose steps they are: somebody else's are dropped first.
// Once an hour the copy is made anew, since a therapist may have changed it. A browser that is set to keep
// nothing refuses, and then the page works with a connection only.
async function keep(owner) {
  try {
    const [before, at] = (localStorage.getItem(ASKED) ?? "").split(" ");
    if (before && before !== owner) await dropSteps();
    const worker = await navigator.serviceWorker.register(`${SCOPE}/worker.js`, { scope: SCOPE });
    if (before === owner && Date.now() - Number(at) < AFRESH) return;
    localStorage.setItem(ASKED, `${owner} ${Date.now()}`);
    worker.active?.postMessage("keep");
  } catch (refusal) {
    console.info("The steps are not kept here.", refusal.name);
  }
}
