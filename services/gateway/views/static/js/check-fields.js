/** Asks the server what it makes of a form's fields while they are filled in. It judges them as when the form is sent. */

import { fetched } from "./status.js";

/**
 * What `pages/checking.py` answers; of page 1 the errors alone.
 * @typedef {{rule: string, error: string, headline: string}} Broken
 * @typedef {{errors: Record<string, Broken>, answers?: string, left?: number, owner?: string}} Checked
 */

/**
 * @typedef {object} Listener
 * @property {() => boolean} wants whether it has a use for an answer now
 * @property {(checked: Checked) => void} heard
 * @property {() => void} [lost] there was no answer
 */

/** Milliseconds without typing. */
const PAUSE = 500;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-check]"));
const listeners = /** @type {Listener[]} */ ([]);
let timer = 0;
let asked = 0;

/** @param {Listener} listener is told what the server makes of the fields, each time that they have changed */
export function whenChecked(listener) {
  listeners.push(listener);
}

/** Asks in a moment, unless something else is typed before. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
}

async function check() {
  if (!listeners.some((listener) => listener.wants())) return;
  const number = (asked += 1);
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  const checked = await fetched(form.dataset.check, { method: "POST", body }).catch(() => null);
  if (number !== asked) return; // something was typed since
  for (const listener of listeners) {
    if (checked?.errors) listener.heard(checked);
    else if (!checked) listener.lost?.();
  }
}

form?.addEventListener("input", soon);
form?.addEventListener("change", soon);
addEventListener("pageshow", () => form && soon()); // a browser may have filled in what stood there before
