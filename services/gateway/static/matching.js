/** Which of the choices somebody means: the rules of `shared/domain/postal.py`, which judges what is sent. */

/**
 * One of the places in a list. Its spellings are folded, and no two places share one.
 * @typedef {{name: string, spellings: string[], option: HTMLOptionElement}} Choice
 */

/**
 * The text without case, accents, punctuation and a leading article; `&` and `St.` written out.
 * @param {string} text
 */
function folded(text) {
  const plain = text.toLowerCase().replaceAll(".", "").replaceAll("&", " and ").normalize("NFKD").replace(/\p{M}/gu, "");
  const words = plain.match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (words[0] === "the" && words.length > 1) words.shift();
  return words.map((word, place) => (word === "st" && words[place + 1] ? "saint" : word)).join(" ");
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
 * The choice with this spelling; else the only one that begins with these three letters or more, else the only one with
 * words that begin so.
 * @type {(typed: string, choices: Choice[]) => Choice | undefined}
 */
export function match(typed, choices) {
  const text = folded(typed);
  const exact = choices.find((choice) => choice.spellings.includes(text));
  if (exact || text.length < 3) return exact;
  const begun = choices.filter((choice) => choice.spellings.some((spelling) => spelling.startsWith(text)));
  const found = begun.length ? begun : choices.filter((choice) => hasWords(choice, text));
  const meant = found.length > 1 ? found.filter(({ option }) => !("inFull" in option.dataset)) : found;
  return meant.length === 1 ? meant[0] : undefined;
}

/**
 * Whether some words of a spelling, one after another, begin like those of the text.
 * @type {(choice: Choice, text: string) => boolean}
 */
function hasWords({ spellings }, text) {
  const parts = text.split(" ");
  return spellings.some((spelling) => {
    const words = spelling.split(" ");
    return words.some((_, start) => parts.every((part, place) => words[start + place]?.startsWith(part)));
  });
}

/**
 * The choices worth showing to somebody who is typing: part of a name, or the beginning of words of any spelling.
 * @type {(typed: string, choices: Choice[]) => Choice[]}
 */
export function offered(typed, choices) {
  const text = folded(typed);
  return choices.filter(
    (choice) => choice.spellings[0].includes(text) || hasWords(choice, text),
  );
}
