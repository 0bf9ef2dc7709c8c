/** Signs above and below letters belong to the word: without them the words of Hindi or Thai fall apart. */
const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]{0,39}(?:['’-][\p{L}\p{N}\p{M}]{1,40}){0,4}|[^\s\p{L}\p{N}]/gu;
/** Accents of alphabets; in Japanese a mark makes another letter, and Korean syllables would fall apart. */
const MARKS = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}])\p{M}+/gu;
const PLAIN = /^[\n\r\t\x20-\x7e]*$/;

/** Lower-case tokens without diacritics; signs are tokens of their own, line ends are kept as `\n`. */
export function tokenise(text: string): string[] {
  const tokens =
    plainWord(text)
      .replaceAll(/[\r\n]+/g, ' ⏎ ')
      .match(TOKEN) ?? [];
  for (let at = 0; at < tokens.length; at += 1) if (tokens[at] === '⏎') tokens[at] = '\n';
  return tokens;
}

/** Lower case without diacritics, as tokens are. */
export function plainWord(text: string): string {
  const lower = text.toLowerCase();
  return PLAIN.test(lower)
    ? lower
    : lower.normalize('NFD').replace(MARKS, '').normalize('NFC').replaceAll('’', "'");
}

/** Whether a token is a word or a number, not a sign. */
export const isWord = (token: string): boolean => /^[\p{L}\p{N}]/u.test(token);
