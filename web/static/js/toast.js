// A screen reader reads a status only when it changes, so the words of a toast that came with the page arrive a moment later.
export function speakToast(doc = document) {
  const words = doc.querySelector("[data-toast] > div");
  if (!words) return;
  const said = [...words.childNodes];
  words.replaceChildren();
  setTimeout(() => words.replaceChildren(...said), 120);
}
