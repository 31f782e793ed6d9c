/** Hides an importer record number that is a Social Security number from onlookers. */

import { announce } from "./announce.js";

/** NNN-NN-NNNN, with anything in place of the dashes: the only one of the three formats that is personal. */
const SOCIAL_SECURITY = /(?:^|\D)\d{3}\D{1,3}\d{2}\D{1,3}\d{4}(?!\d)/;

/**
 * Whether a text contains one, as the server reads it: spaces may be anywhere, and invisible characters do not count.
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

/** What the person chose with the button. Before that, the number is hidden once they leave the field. */
let wanted = /** @type {boolean | undefined} */ (undefined);

/** @param {boolean} hidden */
function update(hidden) {
  const personal = isPersonal(input.value);
  button.hidden = !personal;
  // Not type="password": browsers would offer to save the number, with the field before it as the user name.
  input.classList.toggle("masked", personal && hidden);
  button.textContent = input.classList.contains("masked") ? "Show number" : "Hide number";
}

button.addEventListener("click", () => {
  wanted = !input.classList.contains("masked");
  update(wanted);
  announce(wanted ? "The number is hidden." : "The number is shown.");
});
input.addEventListener("input", () => update(wanted ?? false));
input.addEventListener("change", () => update(wanted ?? true));
update(document.activeElement !== input); // a person who is already typing sees it until they leave
