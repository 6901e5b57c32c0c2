// Lets reminders come to this device: asks the browser, and sends where they go to with the form.
const SCOPE = "/account/reminders";
const form = document.querySelector("form[data-push]");

if (form && "serviceWorker" in navigator && "PushManager" in window) {
  form.hidden = false;
  form.addEventListener("submit", ask);
}

async function ask(event) {
  event.preventDefault();
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
    fill(await subscribed());
    form.submit();
  } catch (refusal) {
    console.info("No reminders on this device.", refusal.name);
    form.hidden = true;
    document.querySelector("[data-push-refused]").hidden = false;
  }
}

async function subscribed() {
  const worker = await navigator.serviceWorker.register(`${SCOPE}/worker.js`, { scope: SCOPE });
  await awake(worker);
  const before = await worker.pushManager.getSubscription();
  await before?.unsubscribe(); // perhaps made for another key
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push });
}

function awake(worker) {
  const one = worker.active ?? worker.waiting ?? worker.installing;
  if (one.state === "activated") return undefined;
  return new Promise((resolve) => {
    one.addEventListener("statechange", () => one.state === "activated" && resolve());
  });
}

function fill(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  form.elements.endpoint.value = endpoint;
  form.elements.p256dh.value = keys.p256dh;
  form.elements.auth.value = keys.auth;
}
