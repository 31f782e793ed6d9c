/** Counts seconds down. By the time that has passed here, not by the computer's clock, which may be wrong. */

export class Countdown {
  #tick;
  #end = 0;
  #timer = 0;

  /**
   * @param {number} left seconds
   * @param {(left: number) => void} tick called with each second that is left, with 0 at the end
   */
  constructor(left, tick) {
    this.#tick = tick;
    this.left = left;
  }

  get left() {
    return Math.max(0, Math.ceil((this.#end - performance.now()) / 1000));
  }

  /** As the server says now: a computer that slept did not count. */
  set left(seconds) {
    this.#end = performance.now() + seconds * 1000;
    this.#beat();
  }

  #beat() {
    clearTimeout(this.#timer);
    const { left } = this;
    if (left > 0) this.#timer = setTimeout(() => this.#beat(), (this.#end - performance.now()) % 1000 || 1000);
    this.#tick(left);
  }
}

/**
 * What a screen reader is told of a countdown: every 30 seconds, and every ten of the last thirty.
 * @param {(text: string) => void} say
 * @returns {(left: number) => void}
 */
export function telling(say) {
  /** @type {number | undefined} */
  let told;
  return (left) => {
    const step = left > 30 ? 30 : 10;
    const mark = step * Math.ceil(left / step);
    const passed = told === undefined || mark < told;
    if (passed && told && left) say(`${spoken(left)} left.`);
    if (passed || mark > told + 30) told = mark;
  };
}

/** @param {number} left seconds: 485 is 8:05 */
export function written(left) {
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** @param {number} left seconds: 485 is 8 minutes 5 seconds */
function spoken(left) {
  const minutes = Math.floor(left / 60);
  const seconds = left % 60;
  const parts = [minutes && `${minutes} minute${minutes === 1 ? "" : "s"}`, seconds && `${seconds} seconds`];
  return parts.filter(Boolean).join(" ");
}
