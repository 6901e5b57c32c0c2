// Keeps one page, the steps, and what it is drawn with; nothing else passes through here.
// The address that it is served at says before it: KEPT, the page to keep, and FILES, what that is drawn with.
/* global KEPT, FILES */
const STORE = "steps";
const PAGE = "/care/steps";
const PATIENCE = 3000;
const OVER = [401, 403, 404];
const AWAY = 500;
const OF_THE_JOURNEY = ["content-encoding", "content-length", "set-cookie"];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    if (pathname === PAGE) event.respondWith(open(event));
  } else if (FILES.includes(pathname)) {
    event.respondWith(file(event.request, pathname));
  }
});

// What is newest, unless that takes longer than somebody in a bad hour should wait and there is a copy.
async function open(event) {
  const asked = fetch(event.request);
  event.waitUntil(asked.then(learn, () => undefined));
  const copy = await kept(KEPT);
  if (!copy) return asked;
  const answer = await Promise.race([asked, pause(PATIENCE)]).catch(() => undefined);
  return answer && answer.status < AWAY ? answer : copy;
}

async function file(request, pathname) {
  return (await kept(pathname)) ?? fetch(request);
}

// The answer says whether the copy is still somebody's.
async function learn(answer) {
  if (isOver(answer)) await forget();
  else if (answer.ok) await keep();
}

// The page comes last, so that it is never there without what it is drawn with. After a release this worker
// knows the files of before: then it leaves the page to the next worker.
async function keep() {
  const answer = await fetch(KEPT, { redirect: "manual", cache: "no-store" });
  if (isOver(answer)) return forget();
  const text = answer.ok ? await answer.text() : "";
  if (!FILES.some((name) => text.includes(name))) return undefined;
  const store = await caches.open(STORE);
  const there = (await store.keys()).map((request) => new URL(request.url).pathname);
  await store.addAll(FILES.filter((name) => !there.includes(name)));
  await store.put(KEPT, new Response(text, { headers: lasting(answer.headers) }));
  const old = there.filter((name) => name !== KEPT && !FILES.includes(name));
  return Promise.all(old.map((name) => store.delete(name)));
}

function lasting(headers) {
  return [...headers].filter(([name]) => !OF_THE_JOURNEY.includes(name));
}

// Signed out, the page leads to the way in; to whoever is no member it is not there.
function isOver(answer) {
  return answer.type === "opaqueredirect" || OVER.includes(answer.status);
}

function forget() {
  return caches.delete(STORE);
}

async function kept(pathname) {
  return (await caches.open(STORE)).match(pathname, { ignoreVary: true });
}

function pause(length) {
  return new Promise((done) => { setTimeout(done, length); });
}
