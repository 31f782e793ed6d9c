/** Says something to a person who does not see the page change. */

const region = document.createElement("div");
region.className = "usa-sr-only";
region.setAttribute("role", "status");
(document.querySelector("main") ?? document.body).append(region);

/**
 * Read out when the screen reader has finished what it is saying.
 * @param {string} text
 */
export function announce(text) {
  region.textContent = text;
}
