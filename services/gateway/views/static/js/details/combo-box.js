/**
 * Turns a text input into a combo box of the U.S. Web Design System, and back.
 *
 * The component creates its own input; ours replaces it, with name, value, description and error. The component filters
 * by letters of names; we give it the options for what is typed, in our order. It discards text that is not an option; we
 * select what is meant, or leave it to the server. It moves the focus of a person who types to the option under the mouse;
 * we do not.
 *
 * The component looks for boxes when its script runs, so this script has to run first. The component's script may load
 * late or never: until it has run, the input stays where it is, and the box beside it is hidden.
 */

import { match, suggest } from "./match-choice.js";
import { moveInput } from "./move-input.js";

/** @typedef {import("./match-choice.js").Choice} Choice */
/** @typedef {import("./match-choice.js").Choices} Choices */

const CLASS = "usa-combo-box";

/** The attributes that the component sets on its input. */
const ATTRIBUTES = ["role", "aria-owns", "aria-controls", "aria-autocomplete", "aria-expanded"];

export class ComboBox {
  #input;
  #onChoice;
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
   * @param {(chosen: Choice | undefined) => void} onChoice called after a choice, or after other text was left
   */
  constructor(input, choices, onChoice = () => {}) {
    this.#input = input;
    this.#onChoice = onChoice;
    this.#box.className = CLASS;
    this.#box.hidden = true;
    this.#box.translate = false; // otherwise people would choose, and send, a translated name
    this.#box.dataset.filter = ".*";
    this.#options.id = input.id;
    this.#box.append(this.#options);
    input.after(this.#box);
    this.#choices = choices;
    this.#offer("");
  }

  /**
   * Puts the input among the parts that the component has created.
   * @returns {boolean} false if there are none: the input stays as it is
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
    this.#findPart("list").removeAttribute("aria-labelledby");
    this.#findPart("list").setAttribute("aria-label", "Choices");
    this.#findPart("clear-input").setAttribute("aria-label", "Clear");
    this.#findPart("toggle-list").setAttribute("aria-label", "Show choices");
    this.#box.addEventListener("input", (event) => (this.#focused ? this.#handleInput() : event.stopPropagation()));
    this.#box.addEventListener("change", (event) => event.target === this.#input && this.#settle());
    this.#box.addEventListener("focusout", (event) => this.#handleFocusOut(event));
    this.#box.addEventListener("keydown", (event) => this.#handleKey(event));
    this.#box.addEventListener("mouseover", (event) => event.stopPropagation());
    this.enable(this.#choices);
    return true;
  }

  /**
   * Turns the input into a combo box with these choices.
   * @param {Choices} choices
   */
  enable(choices) {
    this.#choices = choices;
    this.#offer(this.#focused ? this.#input.value : "");
    for (const [name, value] of this.#attributes) this.#input.setAttribute(name, value);
    this.#input.classList.add(`${CLASS}__input`);
    this.#box.hidden = false;
    if (!this.#box.contains(this.#input)) moveInput(this.#input, () => this.#options.after(this.#input));
    if (!this.#focused) this.#select();
    this.#settled = this.#input.value;
  }

  /** Turns the combo box back into a plain input. */
  disable() {
    for (const name of this.#attributes.keys()) this.#input.removeAttribute(name);
    this.#input.classList.remove(`${CLASS}__input`);
    if (this.#box.contains(this.#input)) moveInput(this.#input, () => this.#box.before(this.#input));
    this.#box.hidden = true;
  }

  /** The choice that the input's text means. */
  get chosen() {
    return match(this.#input.value, this.#choices);
  }

  /** Whether somebody is typing. Autofill causes input events too, and must not open a list. */
  get #focused() {
    return document.activeElement === this.#input;
  }

  /** @param {string} typed */
  #offer(typed) {
    this.#options.replaceChildren(...suggest(typed, this.#choices).map(({ label, name }) => new Option(label, name)));
  }

  /** Selects what the text means; other text stays. */
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
    this.#onChoice(this.chosen);
  }

  #handleInput() {
    this.#offer(this.#input.value);
    this.#options.value = "";
  }

  /** @param {FocusEvent} event */
  #handleFocusOut(event) {
    if (this.#box.contains(/** @type {Node | null} */ (event.relatedTarget))) return;
    event.stopPropagation();
    this.#close();
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const here = event.target === this.#input;
    if (here && event.key === "Tab") this.#findPart("list").hidden = true; // the focus moves to the next field, not to the list
    const entered = here && event.key === "Enter";
    if (!entered && event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    this.#input.focus();
    this.#close();
  }

  /** Replaces what the component does when somebody leaves it, or presses Enter or Escape. */
  #close() {
    this.#findPart("list").hidden = true;
    this.#findPart("list").scrollTop = 0;
    this.#findPart("status").textContent = "";
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
    this.#settle();
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  #findPart(name) {
    return this.#box.querySelector(`.${CLASS}__${name}`);
  }
}
