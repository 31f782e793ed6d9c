/** The waiting page: goes on when there is something to go on to, without being loaded again. */

import { follow } from "./status.js";

const SHORT = 500;
const LATE = 3_000;
const LONGEST = 15_000;

const heading = document.querySelector("h1");
const sentence = document.getElementById("sentence");
const late = document.getElementById("late");
const away = document.getElementById("away");
let lateTold = late.textContent;
let shown = sentence.textContent; // what stands there later, a browser may have translated

follow({
  heard(standing) {
    if (standing.path !== "/waiting") {
      location.replace(standing.path);
      return true;
    }
    if (standing.reload) {
      location.reload(); // so that the browser remembers how far it is
      return true;
    }
    away.hidden = true;
    late.hidden = !standing.late;
    if (standing.late !== lateTold) late.textContent = lateTold = standing.late;
    if (shown === standing.sentence) return false;
    shown = standing.sentence;
    document.title = document.title.replace(heading.textContent, () => standing.heading);
    heading.textContent = standing.heading;
    sentence.textContent = standing.sentence;
  },
  lost() {
    away.hidden = false;
  },
  pause(failures) {
    return failures ? Math.min(1000 * 2 ** failures, LONGEST) : late.hidden ? SHORT : LATE;
  },
});
document.documentElement.dataset.following = ""; // or `reload-waiting.js` would
