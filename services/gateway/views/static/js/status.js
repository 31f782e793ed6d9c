/** Asks the server where the person stands, again and again, without loading the page. */

import { isSending } from "./send-once.js";

/**
 * What `pages/status.py` answers: the page where the person stands, and what that page shows.
 * @typedef {{path: string, heading: string, sentence: string, late: string, settled: boolean, email: string, left: number | null,
 *   tries: number, reload: boolean}} Standing
 */

const TOO_LONG = 15_000;

/**
 * Data of the server's. Raises where the network or the server is away, or does not answer in time.
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
export async function fetched(path, request) {
  const abortion = new AbortController(); // AbortSignal.timeout is too new: Safari knows it since 16
  const timer = setTimeout(() => abortion.abort(), TOO_LONG);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(path, { ...request, headers, signal: abortion.signal });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return await answer.json();
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {Promise<Standing>} */
export function ask() {
  return fetched("/status");
}

let wake = () => {};

/** Ends the pause between two questions. */
export function askNow() {
  wake();
}

/** @param {() => void} seen called when somebody looks at the page again: it may have slept */
export function whenSeenAgain(seen) {
  document.addEventListener("visibilitychange", () => document.hidden || seen());
  addEventListener("pageshow", ({ persisted }) => persisted && seen());
  addEventListener("online", seen);
}

/**
 * Asks until somebody is led on. While a form is being sent it asks nothing: that answer leads on.
 * @param {object} listener
 * @param {(standing: Standing) => boolean | void} listener.heard true: no more questions
 * @param {() => void} [listener.lost] there was no answer
 * @param {(failures: number) => number} listener.pause milliseconds until the next question
 */
export async function follow({ heard, lost = () => {}, pause }) {
  whenSeenAgain(askNow);
  for (let failures = 0; ; ) {
    const standing = isSending() ? null : await ask().catch(() => undefined);
    if (standing === undefined) lost();
    else if (standing && !isSending() && heard(standing)) return;
    failures = standing === undefined ? failures + 1 : 0;
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
      setTimeout(wake, pause(failures));
    });
  }
}
