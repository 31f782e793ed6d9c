/** Counts seconds down by elapsed time, because the computer's clock may be wrong. */

export class Countdown {
  #tick;
  #end = 0;
  #timer = 0;

  /**
   * @param {number} left seconds
   * @param {(left: number) => void} tick called every second, with 0 at the end
   */
  constructor(left, tick) {
    this.#tick = tick;
    this.left = left;
  }

  get left() {
    return Math.max(0, Math.ceil((this.#end - performance.now()) / 1000));
  }

  /** Sets what the server says: a computer that slept did not count. */
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
 * Makes a function that announces a countdown every 30 seconds, and every 10 of the last 30.
 * @param {(text: string) => void} say
 * @returns {(left: number) => void}
 */
export function makeAnnouncer(say) {
  /** @type {number | undefined} */
  let told;
  return (left) => {
    const step = left > 30 ? 30 : 10;
    const mark = step * Math.ceil(left / step);
    const passed = told === undefined || mark < told;
    if (passed && told && left) say(`${spellOut(left)} left.`);
    if (passed || mark > told + 30) told = mark;
  };
}

/** @param {number} left seconds: 485 is 8:05 */
export function formatClock(left) {
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** @param {number} left seconds: 485 is 8 minutes 5 seconds */
function spellOut(left) {
  const minutes = Math.floor(left / 60);
  const seconds = left % 60;
  const parts = [minutes && `${minutes} minute${minutes === 1 ? "" : "s"}`, seconds && `${seconds} seconds`];
  return parts.filter(Boolean).join(" ");
}
