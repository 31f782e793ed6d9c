/**
 * Removes an error once its field is corrected, from the field and from the summary at the top. Never adds an error. The
 * server decides about its rules; any other error, such as a wrong code's, goes when the field changes.
 */

import { announce } from "./announce.js";
import { addCheckListener } from "./check-fields.js";
import { keepInPlace } from "./keep-in-place.js";

/** @typedef {import("./check-fields.js").Checked} Checked */

const ERROR = "Error: ";

const form = /** @type {HTMLFormElement} */ (document.querySelector("main form"));
const summary = document.querySelector("[aria-labelledby=fields-to-check]");

/** @returns {HTMLElement[]} */
function findErrors() {
  return [...form.querySelectorAll(/** @type {"div"} */ ("[data-problem][id$='-error']"))];
}

/** @param {HTMLElement} error */
function isJudged(error) {
  return "check" in form.dataset && "rule" in error.dataset;
}

/** @param {HTMLElement} error */
function getId(error) {
  return error.id.replace(/-error$/, "");
}

/** @param {HTMLElement} error */
function findField(error) {
  return /** @type {HTMLInputElement} */ (document.getElementById(getId(error)));
}

/** @param {HTMLElement} error */
function findLine(error) {
  return summary?.querySelector(`a[href="#${getId(error)}"]`);
}

/** @param {HTMLElement[]} corrected */
function removeErrors(corrected) {
  if (!corrected.length) return;
  const names = corrected.map((error) => form.querySelector(`#${getId(error)}-label`)?.textContent ?? "Authorization");
  keepInPlace(document.activeElement ?? form, () => corrected.forEach(clear));
  const left = findErrors().length;
  const heading = document.getElementById("fields-to-check");
  if (left === 0) summary?.remove();
  else if (heading) heading.textContent = left === 1 ? "Check this field" : `Check these ${left} fields`;
  if (!document.querySelector("main [role=alert][data-problem]")) {
    document.title = document.title.replace(ERROR, "");
  }
  const rest = left === 0 ? "No errors are left." : left === 1 ? "One error is left." : `${left} errors are left.`;
  announce(`Corrected: ${names.map((name) => name.replace("*", "")).join(", ")}. ${rest}`);
}

/** @param {HTMLElement} error */
function clear(error) {
  const [id, field] = [getId(error), findField(error)];
  const group = document.getElementById(`${id}-group`);
  group.classList.remove("usa-form-group--error");
  for (const part of group.querySelectorAll(".usa-label--error")) part.classList.remove("usa-label--error");
  field.classList.remove("usa-input--error");
  field.removeAttribute("aria-invalid");
  const repeated = group.querySelector("template"); // the hint, which the error repeated
  repeated?.replaceWith(repeated.content);
  if (document.getElementById(`${id}-hint`)) field.setAttribute("aria-describedby", `${id}-hint`);
  else field.removeAttribute("aria-describedby");
  findLine(error)?.closest("li").remove();
  error.remove();
}

/**
 * Shows what is wrong now, but not while somebody types there: it would be read out at every letter.
 * @param {HTMLElement} error
 * @param {import("./check-fields.js").Broken} broken
 */
function rewrite(error, broken) {
  if (broken.rule === error.dataset.rule || findField(error) === document.activeElement) return;
  const line = findLine(error);
  if (line) line.innerHTML = broken.headline;
  keepInPlace(document.activeElement ?? form, () => (error.outerHTML = broken.error));
}

form.addEventListener("input", () => {
  const others = findErrors().filter((error) => !isJudged(error));
  removeErrors(others.filter((error) => findField(error).value !== findField(error).defaultValue));
});

addCheckListener({
  needsAnswer: () => findErrors().some(isJudged),
  /** @param {Checked} checked */
  onAnswer({ errors: broken }) {
    const judged = findErrors().filter(isJudged);
    for (const error of judged) {
      const still = broken[findField(error).name];
      if (still) rewrite(error, still);
    }
    removeErrors(judged.filter((error) => !(findField(error).name in broken)));
  },
});
