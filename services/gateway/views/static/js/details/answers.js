/** The section in which all answers stand before they are submitted: fills itself, as the server reads them. */

import { announce } from "../announce.js";
import { whenChecked } from "../check-fields.js";
import { steadily } from "../keep-in-place.js";

const rows = document.getElementById("answers-rows");
const away = document.getElementById("answers-away");
const submit = document.querySelector("form[data-check] .buttons");

/** @type {number | undefined} */
let leftBefore;

rows.hidden = false;
document.getElementById("answers-ask").hidden = true;

/** What must not move while the section changes: Submit where it is in sight, else where somebody types. */
function fixed() {
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

whenChecked({
  wants: () => true,
  heard({ answers, left }) {
    steadily(fixed(), () => {
      away.hidden = true;
      fill(answers);
    });
    if (left === 0 && leftBefore) announce("All required answers are there. Check them before you submit.");
    leftBefore = left;
  },
  lost() {
    steadily(fixed(), () => (away.hidden = false));
  },
});
