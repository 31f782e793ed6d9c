/**
 * The details page's time: a dialog two minutes before it is over, more of it on request, and nothing typed lost.
 *
 * What is typed is kept in the session's cookie. If the answer to keeping came after that to submitting, it would put
 * the old session back: so no form is sent while something is being kept, and nothing is kept while a form is sent.
 */

import { announce } from "../announce.js";
import { Countdown, telling, written } from "../countdown.js";
import { isSending } from "../send-once.js";
import { ask, fetched, whenSeenAgain } from "../status.js";

/** Seconds before the end. */
const WARNING = 120;

/** Milliseconds. After the end: the server has to see that it is over, or keeping would make it longer. */
const AFTER_THE_END = 2_000;
const AGAIN = 5_000;
const SURELY_ANSWERED = 60_000;

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("session"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("form[action='/details']"));
const TITLE = "Time is nearly over - ";
const tell = telling((text) => (part("news").textContent = text));

/** @type {Promise<boolean> | undefined} */
let keeping;
let warned = false;
let endOfAll = performance.now() + 1000 * Number(dialog.dataset.leftInAll);

const countdown = new Countdown(Number(dialog.dataset.left), (left) => {
  if (left === 0) over();
  else if (left <= WARNING && !warned) warn();
  if (!warned) return;
  part("time").textContent = written(left);
  tell(left);
});

/** @param {string} name */
function part(name) {
  return document.getElementById(`session-${name}`);
}

/** Says so, unless another window has got more time. */
async function warn() {
  warned = true;
  await hearTime();
  if (!warned || countdown.left === 0 || isSending(SURELY_ANSWERED)) return;
  show(endOfAll - performance.now() < 1000 * (countdown.left + 10) ? "last" : "soon");
}

/** @param {"soon" | "last" | "over"} state */
function show(state) {
  for (const name of ["soon", "last", "over"]) part(name).hidden = name !== state;
  part("more").hidden = state !== "soon";
  part("go-on").hidden = state !== "last";
  part("away").hidden = true;
  if (!document.title.startsWith(TITLE)) document.title = TITLE + document.title;
  if (!dialog.open) dialog.showModal();
}

function hide() {
  warned = false;
  document.title = document.title.replace(TITLE, "");
  dialog.close();
}

async function hearTime() {
  const standing = await ask().catch(() => undefined);
  if (!standing || isSending(SURELY_ANSWERED)) return;
  const left = (standing.path === "/details" && standing.left) || 0;
  if (left > WARNING) hide();
  countdown.left = left;
}

/** Keeps what is typed. False where nobody answered. */
async function keep() {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  body.set("action", "keep");
  try {
    const told = await fetched("/details", { method: "POST", body });
    if (told.path) location.replace(told.path);
    if (told.left) {
      hide();
      endOfAll = performance.now() + 1000 * told.left_in_all;
      countdown.left = told.left;
      announce(`What you typed is saved. You have ${Math.round(told.left / 60)} more minutes.`);
    }
    return Boolean(told.path || told.left);
  } catch {
    return false;
  }
}

/** Keeps, one at a time, until there is an answer, or a form is being sent. */
async function keepOn() {
  if (keeping || isSending(SURELY_ANSWERED)) return;
  keeping = keep();
  const kept = await keeping;
  keeping = undefined;
  if (kept) return;
  if (!dialog.open) dialog.showModal();
  part("away").hidden = false;
  setTimeout(keepOn, AGAIN);
}

function over() {
  warned = true;
  show("over");
  setTimeout(keepOn, AFTER_THE_END);
}

// However it is closed, somebody is here: by its button, or by the Escape key.
dialog.addEventListener("close", () => {
  if (!warned) return;
  document.title = document.title.replace(TITLE, "");
  if (countdown.left === 0) dialog.showModal();
  else if (!part("soon").hidden) keepOn();
});

form.addEventListener("submit", (event) => {
  if (!keeping) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keeping.finally(() => form.requestSubmit(event.submitter));
});

whenSeenAgain(hearTime);
