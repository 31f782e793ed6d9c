/** Leads to what is wrong: the summary first, and from its links to the fields, with their labels in sight. So do the answers' links. */

/** @type {HTMLElement | null} */
const summary = document.querySelector(".summary[tabindex]");
addEventListener("load", () => {
  if (document.activeElement === document.body) summary?.focus(); // the browser has not done so by itself
});

document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest(".summary a[href^='#'], .answers a[href^='#']");
  const id = link?.getAttribute("href").slice(1);
  const field = id && document.getElementById(id);
  if (!field) return;
  event.preventDefault();
  document.getElementById(`${id}-group`)?.scrollIntoView();
  field.focus({ preventScroll: true });
});

// Loaded again, or come back to, it is asked for anew: the browser need not ask whether to send the form once more.
if (summary) history.replaceState(null, "");
