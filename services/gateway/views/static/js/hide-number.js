/** Hides an importer record number that is a Social Security number from whoever looks over the shoulder. */

import { announce } from "./announce.js";

/** NNN-NN-NNNN with whatever stands for its dashes, the one format of the three that is a person's own. */
const SOCIAL_SECURITY = /(?:^|\D)\d{3}\D{1,3}\d{2}\D{1,3}\d{4}(?!\d)/;

/**
 * Whether a text holds one, as the server reads it: blanks are in its groups or between them, and nothing unseen counts.
 * @param {string} text
 */
function isPersonal(text) {
  const seen = text.normalize("NFKC").replace(/[\p{Cf}\p{M}\u115f\u1160\u2800]/gu, "").replace(/\s+/g, " ");
  return [seen, seen.replaceAll(" ", "")].some((written) => SOCIAL_SECURITY.test(written));
}

const input = /** @type {HTMLInputElement} */ (document.getElementById("importer-number"));
const button = document.createElement("button");
button.type = "button";
button.className = "usa-button usa-button--unstyled show-hide";
button.setAttribute("aria-controls", input.id);
input.after(button);

/** What the person asked for with the button; before that it is hidden once they have left the field. */
let wanted = /** @type {boolean | undefined} */ (undefined);

/** @param {boolean} hidden */
function show(hidden) {
  const personal = isPersonal(input.value);
  button.hidden = !personal;
  // Not type="password": browsers would offer to keep the number, and take the field before it for a user name.
  input.classList.toggle("masked", personal && hidden);
  button.textContent = input.classList.contains("masked") ? "Show number" : "Hide number";
}

button.addEventListener("click", () => {
  wanted = !input.classList.contains("masked");
  show(wanted);
  announce(wanted ? "The number is hidden." : "The number is shown.");
});
input.addEventListener("input", () => show(wanted ?? false));
input.addEventListener("change", () => show(wanted ?? true));
show(document.activeElement !== input); // who is typing already sees it until they leave
