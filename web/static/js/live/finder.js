// Search while typing: what is on the page answers at once, the server brings what is not.
const PAUSE = 150;

export function findAsOneTypes(desk, queue) {
  const form = desk.querySelector("#finder");
  let timer = null;
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => queue.reload(), wait);
  };
  form.addEventListener("input", () => {
    narrow(queue, form.elements.words.value);
    later(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    later(0);
  });
}

function narrow(queue, words) {
  const wanted = words.toLowerCase().split(/\s+/);
  for (const card of queue.places.waiting) {
    const said = card.textContent.toLowerCase();
    card.hidden = !card.contains(document.activeElement) && !wanted.every((word) => said.includes(word));
  }
}

export function findPeople(desk, panels) {
  const form = desk.querySelector("#find-people");
  form.addEventListener("input", () => panels.want(["people"], PAUSE));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    panels.want(["people"], 0);
  });

  // A name on a card leads to that person here, without leaving what is half typed.
  desk.addEventListener("click", (event) => {
    const name = event.target.closest('a[href$="#people"]:not([data-tab-to])');
    if (!name) return;
    event.preventDefault();
    form.elements.who.value = name.textContent;
    panels.want(["people"], 0);
    desk.querySelector('[data-tab-to="people"]').click();
    form.elements.who.focus();
  });
}
