/** Fills the section for reviewing all answers, as the server reads them. */

import { announce } from "../announce.js";
import { addCheckListener } from "../check-fields.js";
import { keepInPlace } from "../keep-in-place.js";

const rows = document.getElementById("answers-rows");
const away = document.getElementById("answers-away");
const submit = document.querySelector("form[data-check] .buttons");

/** @type {number | undefined} */
let leftBefore;

rows.hidden = false;
document.getElementById("answers-ask").hidden = true;

/** Finds what must not move while the section changes: Submit if it is in view, else where somebody types. */
function findAnchor() {
  const { top, bottom } = submit.getBoundingClientRect();
  return bottom > 0 && top < innerHeight ? submit : (document.activeElement ?? submit);
}

/** @param {string} html */
function fill(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const row of fresh.content.querySelectorAll("[data-row]")) {
    const shown = rows.querySelector(`[data-row="${row.getAttribute("data-row")}"]`);
    if (shown.isEqualNode(row)) continue;
    if (shown.contains(document.activeElement)) shown.querySelector("dd").replaceWith(row.querySelector("dd"));
    else shown.replaceWith(row);
  }
}

addCheckListener({
  needsAnswer: () => true,
  onAnswer({ answers, left }) {
    keepInPlace(findAnchor(), () => {
      away.hidden = true;
      fill(answers);
    });
    if (left === 0 && leftBefore) announce("All required answers are there. Check them before you submit.");
    leftBefore = left;
  },
  onFailure() {
    keepInPlace(findAnchor(), () => (away.hidden = false));
  },
});
