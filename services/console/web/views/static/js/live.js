/** Renews the parts of a page that the server says have changed. Without it, the page shows how things stood when it loaded. */

const SILENT = 20_000; // milliseconds after which what is shown counts as old: a look takes 12 s at most

const main = document.querySelector("[data-live]");
const state = document.querySelector("[data-live-state]");
let timer = 0;
let source = null;
let over = false;

/** Says how fresh the page is. Read out only when that changes, not at each look. */
function showState(isLive, text) {
  const changes = state.classList.contains("live--on") !== isLive || state.classList.contains("live--off") === isLive;
  state.classList.toggle("live--on", isLive);
  state.classList.toggle("live--off", !isLive);
  state.setAttribute("aria-live", changes ? "polite" : "off");
  state.textContent = text;
}

/** Replaces a part's content; what is open in it stays open, and what has the focus keeps it. */
function replacePart(part, html) {
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  const focused = part.contains(document.activeElement) && part !== document.activeElement ? locate(part) : -1;
  part.innerHTML = html;
  part.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  if (focused >= 0) listFocusable(part)[focused]?.focus({ preventScroll: true });
}

function listFocusable(part) {
  return [...part.querySelectorAll("a[href], button, input, select, summary, [tabindex]")];
}

function locate(part) {
  return listFocusable(part).indexOf(document.activeElement);
}

function expectMore() {
  clearTimeout(timer);
  timer = setTimeout(() => showState(false, "Not live: the console does not answer"), SILENT);
}

function follow() {
  if (source || over || document.hidden) return;
  source = new EventSource(main.dataset.live);
  source.addEventListener("parts", (event) => {
    const { at, parts } = JSON.parse(event.data);
    for (const [name, html] of Object.entries(parts)) replacePart(main.querySelector(`[data-part="${name}"]`), html);
    showState(true, `Live, ${new Date(at).toISOString().slice(11, 19)} UTC`);
    expectMore();
  });
  source.addEventListener("over", () => {
    over = true;
    rest();
    showState(false, "Not live: your session is over. Reload to log in again");
  });
  source.addEventListener("error", ({ target }) => {
    if (target.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    rest();
    showState(false, "Not live: reload this page");
  });
  expectMore();
}

/** Ends the stream. A browser opens six connections to a host: tabs that nobody sees must not keep them. */
function rest() {
  source?.close();
  source = null;
  clearTimeout(timer);
}

follow();
addEventListener("pagehide", rest);
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : follow()));
