/** Moves the focus to the error summary, and from its links and the answers' links to fields, with labels in view. */

/** @type {HTMLElement | null} */
const summary = document.querySelector(".summary[tabindex]");
addEventListener("load", () => {
  if (document.activeElement === document.body) summary?.focus(); // the browser has not done so
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

// Reloading then asks for the page with GET, so the browser does not offer to send the form again.
if (summary) history.replaceState(null, "");
