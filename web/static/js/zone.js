// On a first visit the times are shown for the place the browser is set to. The page reloads once, and only when
// the cookie took and the page was made for another zone, so a browser without cookies never loops.
export function settleZone(doc = document, zone = browserZone()) {
  const shown = doc.documentElement.dataset.zone;
  if (!shown || !/^[\w+/-]+$/.test(zone) || /(?:^|; )tz=/.test(doc.cookie)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  doc.cookie = `tz=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  if (zone !== shown && /(?:^|; )tz=/.test(doc.cookie)) location.reload();
}

function browserZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
