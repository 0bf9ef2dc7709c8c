const ENDING =
  /(?:ational|ation|ations|ing|edly|ed|ies|ily|ment|ments|ness|ers|er|or|ors|es|ly|s|al|ous|ive|ian|ish|e|y)$/;
/** German words end otherwise; an English one that is cut here as well is cut the same on both sides. */
const GERMAN_ENDING = /(?:ten|te|et|est|en|em)$/;

/** Cuts usual endings so that forms of a word meet; crude on purpose, the same on both sides. */
export function stem(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  const whole = word.replace(/(?:'s|'s)$/, '');
  const cut = cutBy(whole, ENDING, 3);
  return cut === whole ? cutBy(whole, GERMAN_ENDING, 4) : cut;
}

const cutBy = (word: string, endings: RegExp, least: number): string =>
  word.replace(endings, (ending) => (word.length - ending.length >= least ? '' : ending));
