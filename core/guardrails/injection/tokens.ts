const TOKEN = /[\p{L}\p{N}]{1,40}(?:['’-][\p{L}\p{N}]{1,40}){0,4}|[^\s\p{L}\p{N}]/gu;
/** Accents of alphabets; in Japanese a mark makes another letter, and Korean syllables would fall apart. */
const MARKS = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu;
const PLAIN = /^[\n\r\t\x20-\x7e]*$/;

/** Lower-case tokens without diacritics; signs are tokens of their own, line ends are kept as `\n`. */
export function tokenise(text: string): string[] {
  const lower = text.toLowerCase();
  const plain = PLAIN.test(lower)
    ? lower
    : lower.normalize('NFD').replace(MARKS, '').normalize('NFC').replaceAll('’', "'");
  const tokens = plain.replaceAll(/[\r\n]+/g, ' ⏎ ').match(TOKEN) ?? [];
  for (let at = 0; at < tokens.length; at += 1) if (tokens[at] === '⏎') tokens[at] = '\n';
  return tokens;
}

/** Whether a token is a word or a number, not a sign. */
export const isWord = (token: string): boolean => /^[\p{L}\p{N}]/u.test(token);
