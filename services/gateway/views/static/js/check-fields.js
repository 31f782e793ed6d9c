/** Asks the server to check a form's fields while they are filled in, by the rules that apply when the form is sent. */

import { fetchData } from "./status.js";

/**
 * What `pages/field_checks.py` answers; for page 1, only errors.
 * @typedef {{rule: string, error: string, headline: string}} Broken
 * @typedef {{errors: Record<string, Broken>, answers?: string, left?: number, owner?: string}} Checked
 */

/**
 * @typedef {object} Listener
 * @property {() => boolean} needsAnswer whether an answer would help now
 * @property {(checked: Checked) => void} onAnswer
 * @property {() => void} [onFailure] there was no answer
 */

/** Milliseconds without typing. */
const PAUSE = 500;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-check]"));
const listeners = /** @type {Listener[]} */ ([]);
let timer = 0;
let asked = 0;

/** @param {Listener} listener gets the server's answer each time the fields have changed */
export function addCheckListener(listener) {
  listeners.push(listener);
}

/** Asks in a moment, later if more is typed. */
function schedule() {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
}

async function check() {
  if (!listeners.some((listener) => listener.needsAnswer())) return;
  const number = (asked += 1);
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  const checked = await fetchData(form.dataset.check, { method: "POST", body }).catch(() => null);
  if (number !== asked) return; // more was typed since
  for (const listener of listeners) {
    if (checked?.errors) listener.onAnswer(checked);
    else if (!checked) listener.onFailure?.();
  }
}

form?.addEventListener("input", schedule);
form?.addEventListener("change", schedule);
addEventListener("pageshow", () => form && schedule()); // a browser may have restored the fields
