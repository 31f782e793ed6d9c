/**
 * Turns a text input into a combo box of the U.S. Web Design System, and back.
 *
 * That component makes an input of its own: ours takes its place, with name, value, description and error. It looks at
 * the letters of names only: its options are those that we offer for what is typed, in our order. It throws away text that is no option: we select what is
 * meant, or leave it to the server. It moves the focus of somebody who types to the option under the mouse: we do not.
 *
 * It looks for boxes when its script runs, and this one has to run before. Its script may be long on its way, or never come:
 * until it has run, the input stays where it is, and the box is hidden beside it.
 */

import { match, offered } from "./match-choice.js";
import { moving } from "./move-input.js";

/** @typedef {import("./match-choice.js").Choice} Choice */
/** @typedef {import("./match-choice.js").Choices} Choices */

const CLASS = "usa-combo-box";

/** What the component puts on the input that it makes. */
const ATTRIBUTES = ["role", "aria-owns", "aria-controls", "aria-autocomplete", "aria-expanded"];

export class ComboBox {
  #input;
  #told;
  #box = document.createElement("div");
  #options = document.createElement("select");
  /** @type {Choices} */
  #choices;
  /** @type {Map<string, string>} */
  #attributes = new Map();
  #settled = "";

  /**
   * @param {HTMLInputElement} input
   * @param {Choices} choices
   * @param {(chosen: Choice | undefined) => void} told called when somebody has chosen, or left something else there
   */
  constructor(input, choices, told = () => {}) {
    this.#input = input;
    this.#told = told;
    this.#box.className = CLASS;
    this.#box.hidden = true;
    this.#box.translate = false; // a translated name would be chosen, and sent
    this.#box.dataset.filter = ".*";
    this.#options.id = input.id;
    this.#box.append(this.#options);
    input.after(this.#box);
    this.#choices = choices;
    this.#offer("");
  }

  /**
   * Puts the input among the parts that the component has made by now.
   * @returns {boolean} false where it has made none: the input stays what it is
   */
  complete() {
    const made = this.#box.querySelector("input");
    if (!made) {
      this.#box.remove();
      return false;
    }
    for (const name of ATTRIBUTES) this.#attributes.set(name, made.getAttribute(name) ?? "");
    made.remove();
    this.#input.removeAttribute("list");
    this.#part("list").removeAttribute("aria-labelledby");
    this.#part("list").setAttribute("aria-label", "Choices");
    this.#part("clear-input").setAttribute("aria-label", "Clear");
    this.#part("toggle-list").setAttribute("aria-label", "Show choices");
    this.#box.addEventListener("input", (event) => (this.#focused ? this.#typing() : event.stopPropagation()));
    this.#box.addEventListener("change", (event) => event.target === this.#input && this.#settle());
    this.#box.addEventListener("focusout", (event) => this.#left(event));
    this.#box.addEventListener("keydown", (event) => this.#pressed(event));
    this.#box.addEventListener("mouseover", (event) => event.stopPropagation());
    this.list(this.#choices);
    return true;
  }

  /**
   * Makes the input a combo box with these choices.
   * @param {Choices} choices
   */
  list(choices) {
    this.#choices = choices;
    this.#offer(this.#focused ? this.#input.value : "");
    for (const [name, value] of this.#attributes) this.#input.setAttribute(name, value);
    this.#input.classList.add(`${CLASS}__input`);
    this.#box.hidden = false;
    if (!this.#box.contains(this.#input)) moving(this.#input, () => this.#options.after(this.#input));
    if (!this.#focused) this.#select();
    this.#settled = this.#input.value;
  }

  /** Makes the input a plain one. */
  plain() {
    for (const name of this.#attributes.keys()) this.#input.removeAttribute(name);
    this.#input.classList.remove(`${CLASS}__input`);
    if (this.#box.contains(this.#input)) moving(this.#input, () => this.#box.before(this.#input));
    this.#box.hidden = true;
  }

  /** The choice that stands in the input. */
  get chosen() {
    return match(this.#input.value, this.#choices);
  }

  /** Whether somebody is typing. A browser that fills in an address tells of input, too, and must not open a list. */
  get #focused() {
    return document.activeElement === this.#input;
  }

  /** @param {string} typed */
  #offer(typed) {
    this.#options.replaceChildren(...offered(typed, this.#choices).map(({ label, name }) => new Option(label, name)));
  }

  /** Selects what is meant; text that means nothing stays. */
  #select() {
    const { chosen } = this;
    if (chosen) this.#input.value = chosen.name;
    this.#offer(chosen ? "" : this.#input.value);
    this.#options.value = chosen?.name ?? "";
    this.#box.classList.toggle(`${CLASS}--pristine`, chosen !== undefined);
  }

  #settle() {
    this.#select();
    if (this.#input.value === this.#settled) return;
    this.#settled = this.#input.value;
    this.#told(this.chosen);
  }

  #typing() {
    this.#offer(this.#input.value);
    this.#options.value = "";
  }

  /** @param {FocusEvent} event */
  #left(event) {
    if (this.#box.contains(/** @type {Node | null} */ (event.relatedTarget))) return;
    event.stopPropagation();
    this.#close();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const here = event.target === this.#input;
    if (here && event.key === "Tab") this.#part("list").hidden = true; // not it, but the next field has the focus then
    const entered = here && event.key === "Enter";
    if (!entered && event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    this.#input.focus();
    this.#close();
  }

  /** In place of what the component does when somebody leaves it, or presses Enter or Escape. */
  #close() {
    this.#part("list").hidden = true;
    this.#part("list").scrollTop = 0;
    this.#part("status").textContent = "";
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
    this.#settle();
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  #part(name) {
    return this.#box.querySelector(`.${CLASS}__${name}`);
  }
}
