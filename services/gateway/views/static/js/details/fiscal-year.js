/**
 * The calendar of the U.S. Web Design System for the fiscal year's end. The date can still be typed.
 *
 * The component empties its input and creates another; ours replaces that one. The component starts when its script runs,
 * so this script has to run first; until then the input stays where it is. The component also marks days as selected,
 * which is invalid for buttons; we mark them as pressed.
 */

import { moveInput } from "./move-input.js";

const CLASS = "usa-date-picker";

const input = /** @type {HTMLInputElement} */ (document.getElementById("fiscal-year-end"));
const picker = document.createElement("div");
picker.className = CLASS;
picker.hidden = true;
picker.append(document.createElement("input"));
input.after(picker);

new MutationObserver(() => {
  for (const button of picker.querySelectorAll("button[aria-selected]")) {
    button.setAttribute("aria-pressed", button.getAttribute("aria-selected"));
    button.removeAttribute("aria-selected");
  }
}).observe(picker, { childList: true, subtree: true });

addEventListener("DOMContentLoaded", () => {
  const made = picker.querySelector(`.${CLASS}__external-input`);
  if (!made) {
    picker.remove();
    return;
  }
  picker.hidden = false;
  moveInput(input, () => {
    made.replaceWith(input);
    input.classList.add(`${CLASS}__external-input`); // not earlier: the component must not find it outside
  });
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
