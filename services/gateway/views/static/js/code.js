/** The code page: the time left, the status of the code's email, and the tries left. */

import { announce } from "./announce.js";
import { Countdown, formatClock, makeAnnouncer } from "./countdown.js";
import { askNow, follow } from "./status.js";

const FIRST_PAUSE = 2_000;
const PAUSE_BEFORE_SENT = 5_000;
const LONGEST_PAUSE = 30_000;
const NOT_SEEN = 10 * 60_000;

const time = document.getElementById("time-left");
const email = document.getElementById("email");
const lookForIt = document.getElementById("look-for-it");
const tries = document.getElementById("tries-left");
const over = document.getElementById("time-over");

const ticking = document.createElement("strong");
ticking.setAttribute("aria-hidden", "true");
const announceLeft = makeAnnouncer(announce);
let pause = FIRST_PAUSE;
// Compare with the answer shown, not with the page: a browser may have translated it.
let shown = email.textContent;
let triesTold = Number(tries.dataset.left);

const countdown = new Countdown(Number(time.dataset.seconds), (left) => {
  ticking.textContent = `${formatClock(left)} left.`;
  announceLeft(left);
  showEnd(left === 0);
  if (left === 0) askNow();
});
time.replaceChildren(ticking);

follow({
  onAnswer(status) {
    if (status.path !== "/code") {
      location.replace(status.path);
      return true;
    }
    if (status.left) countdown.left = status.left;
    pause = status.email === shown ? Math.min(1.5 * pause, status.settled ? LONGEST_PAUSE : PAUSE_BEFORE_SENT) : FIRST_PAUSE;
    if (status.email !== shown) email.textContent = shown = status.email;
    lookForIt.hidden = !status.coming;
    showTries(status.tries);
  },
  pause() {
    if (countdown.left === 0) return 1_000;
    return document.hidden ? NOT_SEEN : pause;
  },
});

/**
 * Makes it an alert only once the time is over: an alert is a problem that the page has now.
 * @param {boolean} isOver
 */
function showEnd(isOver) {
  if (isOver) {
    over.setAttribute("role", "alert");
    over.dataset.problem = "code-expired";
  }
  over.hidden = !isOver;
}

/** @param {number} left may also change because of another window */
function showTries(left) {
  if (left === triesTold) return;
  triesTold = left;
  const sentence = `You have ${left} ${left === 1 ? "try" : "tries"} left.`;
  tries.textContent = sentence;
  announce(sentence);
}
