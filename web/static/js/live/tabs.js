// On a phone the parts of the desk are tabs; without a script they stand one below the other.
export function turnTabs(desk) {
  desk.classList.add("tabbed");
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("[data-tab-to]");
    if (!link) return;
    event.preventDefault();
    desk.dataset.tab = link.dataset.tabTo;
    for (const other of desk.querySelectorAll("[data-tab-to]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    if (link.offsetParent) window.scrollTo({ top: 0, behavior: "instant" });
  });
}
