// Shows a reminder that comes while no page is open. It keeps nothing and asks for nothing.
const PLAIN = { title: "A reminder", body: "", url: "/appointments" };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => {
  const { title, body, url, tag } = { ...PLAIN, ...told(event.data) };
  event.waitUntil(self.registration.showNotification(title, { body, tag, data: { url } }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(ours(event.notification.data.url)));
});

function told(data) {
  try {
    return data.json();
  } catch {
    return {}; // no words came: the browser wants something shown all the same
  }
}

// A path of our own pages, whatever was sent.
function ours(url) {
  const there = new URL(url, self.location.origin);
  return there.origin === self.location.origin ? there.href : self.location.origin;
}
