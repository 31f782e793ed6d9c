/** Which of the choices somebody means: the rules of `shared/domain/postal.py`, which judges what is sent. */

/**
 * One of the places in a list. Its spellings are folded, and no two places share one.
 * @typedef {{name: string, spellings: string[], option: HTMLOptionElement}} Choice
 */

/**
 * The text without case, accents, punctuation and superfluous blanks.
 * @param {string} text
 */
export function folded(text) {
  const plain = text.toLowerCase().replaceAll(".", "").normalize("NFKD").replace(/\p{M}/gu, "");
  return (plain.match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ");
}

/**
 * The choices that a datalist offers: its options hold a name, a code, and what else people call the place.
 * @param {HTMLOptionElement[]} options
 * @returns {Choice[]}
 */
export function choicesOf(options) {
  return options.map((option) => {
    const also = option.dataset.also?.split("|") ?? [];
    const code = option.dataset.code ?? option.text;
    return { name: option.value, spellings: [folded(option.value), folded(code), ...also], option };
  });
}

/**
 * The choice whose code, name or spelling this is, or which alone begins with these three letters or more.
 * @type {(typed: string, choices: Choice[]) => Choice | undefined}
 */
export function match(typed, choices) {
  const text = folded(typed);
  const exact = choices.find((choice) => choice.spellings.includes(text));
  if (exact || text.length < 3) return exact;
  const begun = choices.filter((choice) => choice.spellings.some((spelling) => spelling.startsWith(text)));
  const meant = begun.length > 1 ? begun.filter(({ option }) => !("inFull" in option.dataset)) : begun;
  return meant.length === 1 ? meant[0] : undefined;
}

/**
 * The choices worth showing to somebody who is typing: part of a name, or the beginning of another spelling.
 * @type {(typed: string, choices: Choice[]) => Choice[]}
 */
export function offered(typed, choices) {
  const text = folded(typed);
  return choices.filter(
    ({ spellings }) => spellings[0].includes(text) || spellings.some((spelling) => spelling.startsWith(text)),
  );
}
