// Reloads the page if `waiting.js` did not load or the browser is too old for it. Works in old browsers. Without any
// scripts, the page refreshes on its own.
addEventListener("load", function () {
  setTimeout(function () {
    if (!document.documentElement.hasAttribute("data-following")) location.replace("/waiting");
  }, 4000);
});
