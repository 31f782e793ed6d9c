/** The code page: the time that is left, how far the email with the code is, and the tries. */

import { announce } from "./announce.js";
import { Countdown, telling, written } from "./countdown.js";
import { askNow, follow } from "./status.js";

const FIRST_PAUSE = 2_000;
const PAUSE_BEFORE_SENT = 5_000;
const LONGEST_PAUSE = 30_000;
const NOT_SEEN = 10 * 60_000;

const time = document.getElementById("time-left");
const email = document.getElementById("email");
const tries = document.getElementById("tries-left");
const over = document.getElementById("time-over");

const ticking = document.createElement("strong");
ticking.setAttribute("aria-hidden", "true");
const tell = telling(announce);
let pause = FIRST_PAUSE;
// Compared with what was told, not with what stands there: a browser may have translated it.
let shown = email.textContent;
let triesTold = Number(tries.dataset.left);

const countdown = new Countdown(Number(time.dataset.seconds), (left) => {
  ticking.textContent = `${written(left)} left.`;
  tell(left);
  showOver(left === 0);
  if (left === 0) askNow();
});
time.replaceChildren(ticking);

follow({
  heard(standing) {
    if (standing.path !== "/code") {
      location.replace(standing.path);
      return true;
    }
    if (standing.left) countdown.left = standing.left;
    pause = standing.email === shown ? Math.min(1.5 * pause, standing.settled ? LONGEST_PAUSE : PAUSE_BEFORE_SENT) : FIRST_PAUSE;
    if (standing.email !== shown) email.textContent = shown = standing.email;
    showTries(standing.tries);
  },
  pause() {
    if (countdown.left === 0) return 1_000;
    return document.hidden ? NOT_SEEN : pause;
  },
});

/**
 * An alert from then on, not before: where a page has one, it is a problem that the page has now.
 * @param {boolean} isOver
 */
function showOver(isOver) {
  if (isOver) {
    over.setAttribute("role", "alert");
    over.dataset.problem = "code-expired";
  }
  over.hidden = !isOver;
}

/** @param {number} left after a code was tried in another window too */
function showTries(left) {
  if (left === triesTold) return;
  triesTold = left;
  const sentence = `You have ${left} ${left === 1 ? "try" : "tries"} left.`;
  tries.textContent = sentence;
  announce(sentence);
}
