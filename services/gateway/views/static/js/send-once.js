/**
 * Sends a form once, however often its button is pressed, and says that it is being sent. Not without a network: the
 * browser's own page would take the place of this one, and whoever went back would find it without what they typed.
 */

import { announce } from "./announce.js";

/** Milliseconds after which it may be sent again: somebody may have stopped it. */
const STOPPED = 10_000;

const offline = document.createElement("p");
offline.className = "usa-error-message";
offline.setAttribute("role", "alert");
offline.textContent =
  "You are offline. Nothing was sent, and what you typed is still here. Send it once you are online again.";

let since = -Infinity;
let timer = 0;
let reached = false;

/** Whether a form of this page is on its way, sent within these milliseconds. Nothing else may lead away then. */
export function isSending(within = STOPPED) {
  return performance.now() - since < within;
}

/** @param {boolean} sending */
function mark(sending) {
  since = sending ? performance.now() : since;
  clearTimeout(timer);
  for (const button of document.querySelectorAll("button[type=submit]")) {
    if (sending) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
  announce(sending ? "Sending…" : "");
}

addEventListener("submit", (event) => {
  if (event.defaultPrevented || /** @type {HTMLElement} */ (event.target).closest("dialog")) return;
  if (isSending()) {
    event.preventDefault();
    return;
  }
  if (!navigator.onLine && !reached) {
    event.preventDefault();
    sendIfReached(/** @type {HTMLFormElement} */ (event.target), event.submitter);
    return;
  }
  mark(true);
  timer = setTimeout(() => mark(false), STOPPED);
});

/**
 * A browser is offline too on a computer that has no network, and runs the form itself.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function sendIfReached(form, button) {
  offline.remove();
  reached = await fetch("/livez").then(
    () => true,
    () => false,
  );
  if (reached) form.requestSubmit(button);
  else form.append(offline);
  reached = false;
}

addEventListener("online", () => offline.remove());

addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  since = -Infinity;
  mark(false);
});
