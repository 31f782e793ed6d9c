/** Repeats the account owner's name in the authorization: first as typed, then as the server will record it. */

import { addCheckListener } from "../check-fields.js";

const name = /** @type {HTMLInputElement} */ (document.getElementById("owner-name"));
const parts = ["first-name", "middle-name", "last-name"].map(
  (id) => /** @type {HTMLInputElement} */ (document.getElementById(id)),
);
const empty = name.defaultValue;

function repeat() {
  name.value = parts.map((part) => part.value.trim()).filter(Boolean).join(" ") || empty;
}

for (const part of parts) part.addEventListener("input", repeat);
addEventListener("pageshow", repeat);
repeat();
addCheckListener({
  needsAnswer: () => true,
  onAnswer({ owner }) {
    if (owner) name.value = owner;
  },
});
