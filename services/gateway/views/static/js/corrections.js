/**
 * Takes an error away once its field is corrected: from the field, and from the summary at the top. Nothing turns red here.
 * The server judges what it has a rule for; any other error, such as that of a wrong code, was about what stood there.
 */

import { announce } from "./announce.js";
import { whenChecked } from "./check-fields.js";
import { steadily } from "./keep-in-place.js";

/** @typedef {import("./check-fields.js").Checked} Checked */

const ERROR = "Error: ";

const form = /** @type {HTMLFormElement} */ (document.querySelector("main form"));
const summary = document.querySelector("[aria-labelledby=fields-to-check]");

/** @returns {HTMLElement[]} */
function errors() {
  return [...form.querySelectorAll(/** @type {"div"} */ ("[data-problem][id$='-error']"))];
}

/** @param {HTMLElement} error */
function isJudged(error) {
  return "check" in form.dataset && "rule" in error.dataset;
}

/** @param {HTMLElement} error */
function idOf(error) {
  return error.id.replace(/-error$/, "");
}

/** @param {HTMLElement} error */
function fieldOf(error) {
  return /** @type {HTMLInputElement} */ (document.getElementById(idOf(error)));
}

/** @param {HTMLElement} error */
function lineOf(error) {
  return summary?.querySelector(`a[href="#${idOf(error)}"]`);
}

/** @param {HTMLElement[]} corrected */
function takeAway(corrected) {
  if (!corrected.length) return;
  const names = corrected.map((error) => form.querySelector(`#${idOf(error)}-label`)?.textContent ?? "Authorization");
  steadily(document.activeElement ?? form, () => corrected.forEach(clear));
  const left = errors().length;
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
  const [id, field] = [idOf(error), fieldOf(error)];
  const group = document.getElementById(`${id}-group`);
  group.classList.remove("usa-form-group--error");
  for (const part of group.querySelectorAll(".usa-label--error")) part.classList.remove("usa-label--error");
  field.classList.remove("usa-input--error");
  field.removeAttribute("aria-invalid");
  const repeated = group.querySelector("template"); // the hint, which the error said too
  repeated?.replaceWith(repeated.content);
  if (document.getElementById(`${id}-hint`)) field.setAttribute("aria-describedby", `${id}-hint`);
  else field.removeAttribute("aria-describedby");
  lineOf(error)?.closest("li").remove();
  error.remove();
}

/**
 * Says what is wrong by now. Not while somebody types there: it would be read out at every letter.
 * @param {HTMLElement} error
 * @param {import("./check-fields.js").Broken} broken
 */
function rewrite(error, broken) {
  if (broken.rule === error.dataset.rule || fieldOf(error) === document.activeElement) return;
  const line = lineOf(error);
  if (line) line.innerHTML = broken.headline;
  steadily(document.activeElement ?? form, () => (error.outerHTML = broken.error));
}

form.addEventListener("input", () => {
  const changed = errors().filter((error) => !isJudged(error) && fieldOf(error).value !== fieldOf(error).defaultValue);
  takeAway(changed);
});

whenChecked({
  wants: () => errors().some(isJudged),
  /** @param {Checked} checked */
  heard({ errors: broken }) {
    const judged = errors().filter(isJudged);
    for (const error of judged) {
      const still = broken[fieldOf(error).name];
      if (still) rewrite(error, still);
    }
    takeAway(judged.filter((error) => !(fieldOf(error).name in broken)));
  },
});
