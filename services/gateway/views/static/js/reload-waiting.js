// Where `waiting.js` did not arrive, or the browser is too old for it: loads the page again, as it does by itself where no
// scripts run at all. Written for old browsers, too.
addEventListener("load", function () {
  setTimeout(function () {
    if (!document.documentElement.hasAttribute("data-following")) location.replace("/waiting");
  }, 4000);
});
