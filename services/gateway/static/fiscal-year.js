/**
 * The calendar of the U.S. Web Design System for the fiscal year's end. The date can still be typed.
 *
 * Its component empties the input when its script runs, and this one has to run before: what stood there comes back. It
 * also calls days selected, which buttons cannot be: they are pressed.
 */

const input = /** @type {HTMLInputElement} */ (document.getElementById("fiscal-year-end"));
const typed = input.value;
const picker = document.createElement("div");
picker.className = "usa-date-picker";
input.replaceWith(picker);
picker.append(input);

new MutationObserver(() => {
  for (const button of picker.querySelectorAll("button[aria-selected]")) {
    button.setAttribute("aria-pressed", button.getAttribute("aria-selected"));
    button.removeAttribute("aria-selected");
  }
}).observe(picker, { childList: true, subtree: true });

addEventListener("DOMContentLoaded", () => {
  const shown = /** @type {HTMLInputElement} */ (document.getElementById("fiscal-year-end"));
  shown.value = typed;
  shown.dispatchEvent(new Event("input", { bubbles: true }));
});
