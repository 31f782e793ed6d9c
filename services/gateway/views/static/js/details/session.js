/**
 * Watches the details page's time: opens a dialog two minutes before the end, gets more time on request, and keeps what
 * was typed.
 *
 * The session's cookie keeps what was typed. If the answer to keeping arrived after the answer to submitting, it would
 * restore the old session. So no form is sent while something is being kept, and nothing is kept while a form is sent.
 */

import { announce } from "../announce.js";
import { Countdown, formatClock, makeAnnouncer } from "../countdown.js";
import { isSending } from "../send-once.js";
import { addReturnListener, ask, fetchData } from "../status.js";

/** Seconds before the end. */
const WARNING = 120;

/** Milliseconds. After the end: the server must see that the time is over, or keeping would extend it. */
const AFTER_THE_END = 2_000;
const AGAIN = 5_000;
const SURELY_ANSWERED = 60_000;

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("session"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("form[action='/details']"));
const TITLE = "Time is nearly over - ";
const announceLeft = makeAnnouncer((text) => (findPart("news").textContent = text));

/** @type {Promise<boolean> | undefined} */
let keeping;
let warned = false;
let endOfAll = performance.now() + 1000 * Number(dialog.dataset.leftInAll);

const countdown = new Countdown(Number(dialog.dataset.left), (left) => {
  if (left === 0) end();
  else if (left <= WARNING && !warned) warn();
  if (!warned) return;
  findPart("time").textContent = formatClock(left);
  announceLeft(left);
});

/** @param {string} name */
function findPart(name) {
  return document.getElementById(`session-${name}`);
}

/** Opens the dialog, unless another window got more time. */
async function warn() {
  warned = true;
  await updateTime();
  if (!warned || countdown.left === 0 || isSending(SURELY_ANSWERED)) return;
  show(endOfAll - performance.now() < 1000 * (countdown.left + 10) ? "last" : "soon");
}

/** @param {"soon" | "last" | "over"} state */
function show(state) {
  for (const name of ["soon", "last", "over"]) findPart(name).hidden = name !== state;
  findPart("more").hidden = state !== "soon";
  findPart("go-on").hidden = state !== "last";
  findPart("away").hidden = true;
  if (!document.title.startsWith(TITLE)) document.title = TITLE + document.title;
  if (!dialog.open) dialog.showModal();
}

function hide() {
  warned = false;
  document.title = document.title.replace(TITLE, "");
  dialog.close();
}

async function updateTime() {
  const status = await ask().catch(() => undefined);
  if (!status || isSending(SURELY_ANSWERED)) return;
  const left = (status.path === "/details" && status.left) || 0;
  if (left > WARNING) hide();
  countdown.left = left;
}

/** Keeps what is typed. Returns false if nobody answered. */
async function keep() {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  body.set("action", "keep");
  try {
    const answer = await fetchData("/details", { method: "POST", body });
    if (answer.path) location.replace(answer.path);
    if (answer.left) {
      hide();
      endOfAll = performance.now() + 1000 * answer.left_in_all;
      countdown.left = answer.left;
      announce(`What you typed is saved. You have ${Math.round(answer.left / 60)} more minutes.`);
    }
    return Boolean(answer.path || answer.left);
  } catch {
    return false;
  }
}

/** Keeps what is typed, again and again, until there is an answer or a form is being sent. */
async function keepUntilAnswered() {
  if (keeping || isSending(SURELY_ANSWERED)) return;
  keeping = keep();
  const kept = await keeping;
  keeping = undefined;
  if (kept) return;
  if (!dialog.open) dialog.showModal();
  findPart("away").hidden = false;
  setTimeout(keepUntilAnswered, AGAIN);
}

function end() {
  warned = true;
  show("over");
  setTimeout(keepUntilAnswered, AFTER_THE_END);
}

// Closing the dialog, by its button or the Escape key, shows that somebody is here.
dialog.addEventListener("close", () => {
  if (!warned) return;
  document.title = document.title.replace(TITLE, "");
  if (countdown.left === 0) dialog.showModal();
  else if (!findPart("soon").hidden) keepUntilAnswered();
});

form.addEventListener("submit", (event) => {
  if (!keeping) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keeping.finally(() => form.requestSubmit(event.submitter));
});

addReturnListener(updateTime);
