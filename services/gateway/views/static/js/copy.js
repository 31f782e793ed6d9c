/** Adds a button to each text that people copy. Without it, one click still selects the whole text. */

import { announce } from "./announce.js";

for (const text of document.querySelectorAll(".to-copy__text")) {
  if (!navigator.clipboard) break; // the page was not reached over https
  const button = document.createElement("button");
  button.type = "button";
  button.className = "usa-button usa-button--outline";
  button.textContent = "Copy the text";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
    announce("The text was copied.");
  });
  text.after(button);
}
