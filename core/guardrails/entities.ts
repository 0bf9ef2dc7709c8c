const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  sol: '/',
  bsol: '\\',
  period: '.',
  quest: '?',
  equals: '=',
  num: '#',
  commat: '@',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  hyphen: '-',
  Tab: '\t',
  NewLine: '\n',
};
/** Names count in any case, though only two of them are written with capitals. */
const BY_NAME = new Map(Object.entries(NAMED).map(([name, sign]) => [name.toLowerCase(), sign]));

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;

/** Reads HTML's entities; `numbered` is told of each that names a character by its number. */
export function decodeEntities(text: string, numbered?: () => void): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(ENTITY, (whole, dec?: string, hex?: string, name?: string) => {
    if (name) return BY_NAME.get(name.toLowerCase()) ?? whole;
    numbered?.();
    return codePoint(dec ? Number(dec) : Number.parseInt(hex ?? '', 16)) ?? whole;
  });
}

const codePoint = (code: number): string | undefined =>
  code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;
