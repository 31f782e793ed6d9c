/** The waiting page: shows news, and goes on to the next page, without reloading. */

import { follow } from "./status.js";

const SHORT = 500;
const LATE = 3_000;
const LONGEST = 15_000;

/** Seconds of a wait before the request is sent, above which milliseconds to the next question are these. */
const LONG_WAIT = 30;
const HELD = 10_000;

const heading = document.querySelector("h1");
const sentence = document.getElementById("sentence");
const late = document.getElementById("late");
const held = document.getElementById("held");
const away = document.getElementById("away");
let waits = 0;
let lateTold = late.textContent;
let shown = sentence.textContent; // not read from the page later: a browser may have translated it

follow({
  onAnswer(status) {
    if (status.path !== "/waiting") {
      location.replace(status.path);
      return true;
    }
    if (status.reload) {
      location.reload(); // so that the browser remembers the progress
      return true;
    }
    away.hidden = true;
    late.hidden = !status.late;
    if (status.late !== lateTold) late.textContent = lateTold = status.late;
    waits = status.held;
    if (held) held.hidden = !waits;
    if (shown === status.sentence) return false;
    shown = status.sentence;
    document.title = document.title.replace(heading.textContent, () => status.heading);
    heading.textContent = status.heading;
    sentence.textContent = status.sentence;
  },
  onFailure() {
    away.hidden = false;
  },
  pause(failures) {
    if (!failures && waits > LONG_WAIT) return HELD;
    return failures ? Math.min(1000 * 2 ** failures, LONGEST) : late.hidden ? SHORT : LATE;
  },
});
document.documentElement.dataset.following = ""; // otherwise `reload-waiting.js` reloads the page
