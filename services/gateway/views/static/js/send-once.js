/**
 * Sends a form only once, however often its button is pressed, and says so. Sends nothing without a network: the browser
 * would show its own error page, and going back from it loses what was typed.
 */

import { announce } from "./announce.js";

/** Milliseconds after which it may be sent again: the person may have stopped it. */
const STOPPED = 10_000;

const offline = document.createElement("p");
offline.className = "usa-error-message";
offline.setAttribute("role", "alert");
offline.textContent =
  "You are offline. Nothing was sent, and what you typed is still here. Send it once you are online again.";

let since = -Infinity;
let timer = 0;
let reachable = false;

/** Whether a form was sent within these milliseconds. Then nothing else may leave the page. */
export function isSending(within = STOPPED) {
  return performance.now() - since < within;
}

/** @param {boolean} sending */
function markSending(sending) {
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
  if (!navigator.onLine && !reachable) {
    event.preventDefault();
    sendIfReachable(/** @type {HTMLFormElement} */ (event.target), event.submitter);
    return;
  }
  markSending(true);
  timer = setTimeout(() => markSending(false), STOPPED);
});

/**
 * Sends the form if the server can be reached: on the computer that runs it, even a browser that is offline can.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function sendIfReachable(form, button) {
  offline.remove();
  reachable = await fetch("/", { method: "HEAD" }).then(
    () => true,
    () => false,
  );
  if (reachable) form.requestSubmit(button);
  else form.append(offline);
  reachable = false;
}

addEventListener("online", () => offline.remove());

addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  since = -Infinity;
  markSending(false);
});
