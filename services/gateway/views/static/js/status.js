/** Asks the server repeatedly where the person is, without loading the page. */

import { isSending } from "./send-once.js";

/**
 * What `pages/status.py` answers: the person's current page, and what it shows.
 * @typedef {{path: string, heading: string, sentence: string, held: number, late: string, settled: boolean, email: string, coming: boolean,
 *   left: number | null, tries: number, reload: boolean}} Status
 */

const TOO_LONG = 15_000;

/**
 * Fetches data from the server. Throws if the network or the server is down, or does not answer in time.
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
export async function fetchData(path, request) {
  const abortion = new AbortController(); // AbortSignal.timeout is too new: Safari has it since 16
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

/** @returns {Promise<Status>} */
export function ask() {
  return fetchData("/status");
}

let wake = () => {};

/** Ends the pause between two questions. */
export function askNow() {
  wake();
}

/** @param {() => void} onReturn called when somebody returns to the page: it may have slept */
export function addReturnListener(onReturn) {
  document.addEventListener("visibilitychange", () => document.hidden || onReturn());
  addEventListener("pageshow", ({ persisted }) => persisted && onReturn());
  addEventListener("online", onReturn);
}

/**
 * Asks until the person goes on. Does not ask while a form is being sent: that answer leads on.
 * @param {object} listener
 * @param {(status: Status) => boolean | void} listener.onAnswer returns true to stop asking
 * @param {() => void} [listener.onFailure] there was no answer
 * @param {(failures: number) => number} listener.pause milliseconds until the next question
 */
export async function follow({ onAnswer, onFailure = () => {}, pause }) {
  addReturnListener(askNow);
  for (let failures = 0; ; ) {
    const status = isSending() ? null : await ask().catch(() => undefined);
    if (status === undefined) onFailure();
    else if (status && !isSending() && onAnswer(status)) return;
    failures = status === undefined ? failures + 1 : 0;
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
      setTimeout(wake, pause(failures));
    });
  }
}
