/** Finds the choice that somebody means, by the rules in `shared/domain/geography/spellings.py`. */

/**
 * A country or state. No two share a spelling. The first spelling is the name's, the others are those of `also`.
 * @typedef {{name: string, code: string, also: string[], spellings: string[], option: HTMLOptionElement}} Choice
 */

/**
 * All choices. `forms` say what kind of place it is, `vague` words alone mean none, and parts of what is `inFull` do
 * not count if another place has them too.
 * @typedef {{list: Choice[], forms: Set<string>, vague: Set<string>, inFull: Set<string>}} Choices
 */

const SHORTEST_PART = 3;
const SMALL = new Set(["the", "of", "and", "de"]);
const ABBREVIATED = new Map([["rep", "republic"], ["dem", "democratic"]]);
const APOSTROPHES = /['`\u00b4\u02b9-\u02bf\u02c8\u2018\u2019\u201b\u2032]/g;

/**
 * Removes case, accents, punctuation and small words, makes `U.S.A.` one word and spells out `St.`.
 * @param {string} text
 */
function fold(text) {
  const plain = text.replace(APOSTROPHES, "").normalize("NFKD").toLowerCase().replace(/[\p{M}\p{Cf}]/gu, "");
  const found = plain.replace(APOSTROPHES, "").replaceAll("&", " and ").match(/[\p{L}\p{N}]+/gu) ?? [];
  /** @type {string[]} */
  const words = [];
  found.forEach((word, place) => {
    if (place && isLetter(word) && isLetter(found[place - 1])) words.push(words.pop() + word);
    else words.push(word);
  });
  const content = words.filter((word) => !SMALL.has(word));
  const kept = content.length ? content : words;
  return kept.map((word, place) => (word === "st" && kept[place + 1] ? "saint" : ABBREVIATED.get(word) ?? word)).join(" ");
}

/** @param {string} word */
function isLetter(word) {
  return [...word].length === 1;
}

/**
 * Reads the choices of a datalist, or of some of its options.
 * @param {HTMLDataListElement} datalist
 * @returns {Choices}
 */
export function readChoices(datalist, options = [...datalist.options]) {
  const alpha3 = datalist.dataset["alpha-3"]?.split("|") ?? [];
  const list = options.map((option, place) => {
    const code = option.text.split(", ")[0];
    const also = [code, alpha3[place] ?? code, ...(option.dataset.also?.split("|") ?? [])];
    return { name: option.value, code, also, spellings: [option.value, ...also].map(fold), option };
  });
  const { forms, vague, inFull } = datalist.dataset;
  const [theForms, theVague, theInFull] = [forms, vague, inFull].map((words) => new Set(words.split("|").map(fold)));
  return { list, forms: theForms, vague: theVague, inFull: theInFull };
}

/**
 * Finds the choice with this spelling, alone, with its form or with what it belongs to; else the only one that begins
 * with the text; else the only one with words that are these or begin with these.
 * @type {(typed: string, choices: Choices) => Choice | undefined}
 */
export function match(typed, choices) {
  const text = fold(typed);
  const words = text.split(" ");
  const exact = findSpelling(text, choices) ?? matchWithForm(words, choices) ?? matchWithAddition(words, choices);
  const says = words.some((word) => !choices.forms.has(word) && !choices.vague.has(word));
  if (exact || [...text].length < SHORTEST_PART || !says) return exact;
  for (const part of makePatterns(text)) {
    const found = choices.list.flatMap((choice) => {
      return choice.spellings.filter((spelling) => part.test(spelling)).map((spelling) => ({ choice, spelling }));
    });
    const counted = found.filter(({ spelling }) => !choices.inFull.has(spelling));
    const meant = new Set((counted.length ? counted : found).map(({ choice }) => choice));
    if (found.length) return meant.size === 1 ? [...meant][0] : undefined;
  }
  return undefined;
}

/** @type {(text: string, choices: Choices) => Choice | undefined} */
function findSpelling(text, { list }) {
  return list.find(({ spellings }) => spellings.includes(text));
}

/** @type {(words: string[], choices: Choices) => Choice | undefined} */
function matchWithForm(words, choices) {
  const says = words.map((word) => !choices.forms.has(word));
  const rest = words.slice(says.indexOf(true), says.lastIndexOf(true) + 1).join(" ");
  if (!says.includes(true) || rest === words.join(" ")) return undefined;
  const choice = findSpelling(rest, choices);
  return (findSpelling(`republic ${rest}`, choices) ?? choice) === choice ? choice : undefined;
}

/** @type {(words: string[], choices: Choices) => Choice | undefined} */
function matchWithAddition(words, choices) {
  for (let cut = 1; cut < words.length; cut++) {
    const [one, other] = [words.slice(0, cut).join(" "), words.slice(cut).join(" ")];
    const [first, second] = [findSpelling(one, choices), findSpelling(other, choices)];
    if (!first || !second || one === other) continue;
    if (second === first || second.code === first.option.dataset.partOf) return first;
    if (first.code === second.option.dataset.partOf) return second;
  }
  return undefined;
}

/**
 * Makes the patterns for a text as part of a spelling, most certain first: its beginning, the beginnings of its first
 * words, whole words, the beginnings of consecutive words.
 * @param {string} text
 */
function makePatterns(text) {
  const beginnings = text.replaceAll(" ", "\\S* ");
  return [`^${text}`, `^${beginnings}`, `(^| )${text}( |$)`, `(^| )${beginnings}`].map((part) => new RegExp(part, "u"));
}

/**
 * Suggests choices to somebody who is typing, with their labels: first names that begin with the text, then other
 * spellings that equal it, then names that contain it, then the rest. The name or the label shows why a choice is there.
 * @type {(typed: string, choices: Choices) => {label: string, name: string}[]}
 */
export function suggest(typed, { list, forms }) {
  const text = fold(typed);
  const words = text.split(" ");
  const whole = words.slice(0, isSmallSoFar(words.at(-1)) ? -1 : undefined); // without an unfinished small word
  const bare = words.slice(words.findIndex((word) => !forms.has(word)));
  const offers = [text, whole.join(" "), bare.join(" ")].map((some) => rankOffers(some, list));
  return offers.find(({ length }) => length) ?? [];
}

/** @param {string} word */
function isSmallSoFar(word) {
  return [...SMALL].some((small) => small.startsWith(word));
}

/** @type {(text: string, list: Choice[]) => {label: string, name: string}[]} */
function rankOffers(text, list) {
  const beginnings = makePatterns(text)[3];
  const ranks = [[], [], [], []].map((offers) => /** @type {{label: string, name: string}[]} */ (offers));
  for (const { name, also, spellings } of list) {
    const [called, ...others] = spellings;
    const [exact, part] = [others.indexOf(text), others.findIndex((spelling) => beginnings.test(spelling))];
    if (called.startsWith(text)) ranks[0].push({ label: name, name });
    else if (exact >= 0) ranks[1].push({ label: `${name} (${also[exact]})`, name });
    else if (called.includes(text) || beginnings.test(called)) ranks[2].push({ label: name, name });
    else if (part >= 0) ranks[3].push({ label: `${name} (${also[part]})`, name });
  }
  return ranks.flat();
}
