/**
 * The calendar of the U.S. Web Design System for the fiscal year's end. The date can still be typed.
 *
 * Its component empties the input that it is given and makes another: ours takes that one's place. The component is made
 * when its script runs, and this one has to run before; until then the input stays where it is. It also calls days
 * selected, which buttons cannot be: they are pressed.
 */

import { moving } from "./move-input.js";

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
  moving(input, () => {
    made.replaceWith(input);
    input.classList.add(`${CLASS}__external-input`); // not before: the component minds one that is outside
  });
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
