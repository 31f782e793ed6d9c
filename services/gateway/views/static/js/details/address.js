/** Country, State and Zip Code: the country decides whether its addresses have the others, and which states there are. */

import { announce } from "../announce.js";
import { ComboBox } from "./combo-box.js";
import { readChoices } from "./match-choice.js";

/** @typedef {import("./match-choice.js").Choice} Choice */

const NO_CODE = "N/A";

const STATE = {
  required: {
    hint: "Required in this country. Type part of its name or abbreviation.",
    news: "State is required in this country.",
  },
  optional: { hint: "Not required in this country.", news: "State is not required in this country." },
  none: { hint: "", news: "State is left out. Addresses of this country have none." },
};

const NO_ZIP_CODE = "This country has no postal codes. Leave N/A.";

const [country, state, zip] = ["country", "state", "postal-code"].map(
  (id) => /** @type {HTMLInputElement} */ (document.getElementById(id)),
);
const [stateHint, zipHint] = [state, zip].map((input) => document.getElementById(`${input.id}-hint`));
const [stateHintAtFirst, zipHintAtFirst] = [stateHint.textContent, zipHint.textContent];
const [countryList, stateList] = ["countries", "states"].map(
  (id) => /** @type {HTMLDataListElement} */ (document.getElementById(id)),
);

/** Whether the N/A in Zip Code is ours: only then may we remove it. */
let filled = false;
zip.addEventListener("input", () => (filled = false));

const states = new ComboBox(state, readChoices(stateList, []));
const countries = new ComboBox(country, readChoices(countryList), (chosen) => announce(fitToCountry(chosen)));

addEventListener("DOMContentLoaded", () => {
  const made = [countries, states].map((box) => box.complete());
  if (made.every(Boolean)) fitToCountry(countries.chosen);
});

/**
 * Fits State and Zip Code to the country. Without a country, they are as they are without scripts.
 * @param {Choice | undefined} chosen
 * @returns {string} what has changed
 */
function fitToCountry(chosen) {
  const use = chosen && (chosen.option.dataset.state ?? "none");
  const news = [fitState(chosen?.code, use), fitZip(chosen?.option.dataset.zip === "none")];
  return news.filter(Boolean).join(" ");
}

/** @type {(code: string | undefined, use: string | undefined) => string | undefined} */
function fitState(code, use) {
  document.getElementById("state-group").hidden = use === "none";
  state.disabled = use === "none";
  stateHint.textContent = STATE[use]?.hint ?? stateHintAtFirst;
  if (use === "required") {
    state.setAttribute("aria-required", "true");
    states.enable(readChoices(stateList, [...stateList.options].filter((option) => option.dataset.country === code)));
  } else {
    state.removeAttribute("aria-required");
    states.disable();
  }
  return STATE[use]?.news;
}

/** @param {boolean} none whether the country has no postal codes */
function fitZip(none) {
  zipHint.textContent = none ? NO_ZIP_CODE : zipHintAtFirst;
  if (none && !zip.value) {
    zip.value = NO_CODE;
    filled = true;
  } else if (!none && filled) {
    zip.value = "";
    filled = false;
  }
  return none ? NO_ZIP_CODE : "";
}
