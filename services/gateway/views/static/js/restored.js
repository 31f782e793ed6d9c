/**
 * Hides a page that the browser keeps in memory to go back to. It is shown again only if the server says that the person is
 * still on it: the session may have ended or gone on, and what was entered must not be seen then.
 */

/** On page 1, nothing was sent yet, so there is no session to ask about, unless the page itself was sent. */
const isFirst = location.pathname === "/request";
let sent = false;

addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sent = true;
});

addEventListener("pagehide", ({ persisted }) => {
  if (persisted) document.documentElement.hidden = true;
});

addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  document.documentElement.hidden = true;
  const path = sent ? location.pathname : isFirst ? undefined : await askPath();
  if (path === undefined) document.documentElement.hidden = false;
  else location.replace(path);
});

/** Where to go. Undefined if the person is still here; this page anew if nobody answers. */
async function askPath() {
  try {
    const { ask } = await import("./status.js");
    const { path } = await ask();
    return path === location.pathname ? undefined : path;
  } catch {
    return location.pathname;
  }
}
