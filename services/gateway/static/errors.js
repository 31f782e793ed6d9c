/** Leads to what is wrong: the summary first, and from its links to the fields, with their labels in sight. */

const summary = /** @type {HTMLElement | null} */ (document.querySelector(".summary[tabindex]"));
addEventListener("load", () => document.activeElement === document.body && summary?.focus()); // not focused by itself

for (const link of document.querySelectorAll(".summary a[href^='#']")) {
  link.addEventListener("click", (event) => {
    const id = /** @type {HTMLAnchorElement} */ (link).hash.slice(1);
    const field = document.getElementById(id);
    if (!field) return;
    event.preventDefault();
    document.getElementById(`${id}-group`)?.scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
