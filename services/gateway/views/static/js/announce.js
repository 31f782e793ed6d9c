/** Tells screen readers what changed on the page. */

const region = document.createElement("div");
region.className = "usa-sr-only";
region.setAttribute("role", "status");
(document.querySelector("main") ?? document.body).append(region);

/**
 * Announces a text once the screen reader has finished its current sentence.
 * @param {string} text
 */
export function announce(text) {
  region.textContent = text;
}
