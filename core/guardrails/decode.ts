/** A part of a text that says something only after decoding. */
export interface DecodedPart {
  kind: 'base64' | 'hex' | 'url' | 'escape' | 'binary' | 'rot13' | 'reversed' | 'hidden';
  text: string;
}

const MAX_PARTS = 8;
const MAX_PART_LENGTH = 8_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16 = new TextDecoder('utf-16le', { fatal: true });

/** Latin text of two bytes a letter: nearly every second byte is empty. */
function isWide(bytes: Uint8Array): boolean {
  const empty = bytes.filter((byte, index) => index % 2 === 1 && byte === 0).length;
  return bytes.length >= 12 && empty >= bytes.length * 0.4;
}

/** Text of bytes when they are mostly readable, else undefined. */
function readable(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = isWide(bytes) ? utf16.decode(bytes.subarray(0, bytes.length & ~1)) : utf8.decode(bytes);
  } catch {
    return undefined;
  }
  const printable = text.match(/[\p{L}\p{N}\p{P}\p{Zs}\n\t]/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const length = Array.from(text).length;
  return length >= 6 && printable >= length * 0.95 && letters >= length * 0.55 ? text : undefined;
}

/** Base64 written in groups of equal length with blanks between them. */
const GROUPED = [4, 8, 12, 16].map(
  (size) =>
    new RegExp(
      `(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{${size}}[ \\n]){2,2000}[A-Za-z0-9+/]{1,${size}}={0,2}(?![A-Za-z0-9+/])`,
      'g',
    ),
);

function base64Parts(text: string): DecodedPart[] {
  const grouped = GROUPED.flatMap((pattern) => matches(text, pattern)).map((run) =>
    run.replaceAll(/\s/g, ''),
  );
  return [...matches(text, /[A-Za-z0-9+/_-]{16,}={0,2}/g), ...grouped]
    .filter((run) => /[A-Z]/.test(run) && /[a-z]/.test(run))
    .flatMap((run) => part('base64', readable(Buffer.from(run.slice(0, MAX_PART_LENGTH), 'base64'))));
}

function hexParts(text: string): DecodedPart[] {
  const runs = matches(text, /(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ ,:;]{0,2}){10,}/g);
  return runs.flatMap((run) => {
    const digits = run.replaceAll(/0x|\\x|[ ,:;]/g, '');
    return part('hex', readable(Buffer.from(digits.slice(0, digits.length & ~1), 'hex')));
  });
}

function binaryParts(text: string): DecodedPart[] {
  return matches(text, /(?:[01]{8} ?){6,}/g).flatMap((run) => {
    const bits = run.replaceAll(' ', '').match(/[01]{8}/g) ?? [];
    return part('binary', readable(Uint8Array.from(bits, (octet) => Number.parseInt(octet, 2))));
  });
}

function urlParts(text: string): DecodedPart[] {
  return matches(text, /(?:%[0-9a-fA-F]{2}[^\s"'<>()%]{0,64}){3,}/g).flatMap((run) => {
    try {
      return part('url', decodeURIComponent(run.replaceAll('+', ' ')));
    } catch {
      return [];
    }
  });
}

/** How languages write a character by its number: `\u0049`, `\u{49}`, `U+0049`. */
const ESCAPE = /(?:\\u|U\+)([0-9a-f]{4,6})(?![0-9a-f])|\\u([0-9a-f]{4})|\\u\{([0-9a-f]{1,6})\}/gi;
const ESCAPED = new RegExp(`(?:(?:${ESCAPE.source})[ ,;]{0,2}(?:[a-z.!?'" ](?=\\\\|U\\+))?){4,}`, 'gi');
const EACH_APART = new RegExp(`^(?:(?:${ESCAPE.source})[ ,;]{1,2}){3,}`, 'i');

function escapeParts(text: string): DecodedPart[] {
  return matches(text, ESCAPED).flatMap((run) => {
    const joined = EACH_APART.test(run) ? run.replaceAll(/[ ,;]/g, '') : run;
    return part(
      'escape',
      joined.replaceAll(ESCAPE, (whole, long?: string, short?: string, braced?: string) => {
        const code = Number.parseInt(long ?? short ?? braced ?? '', 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }),
    );
  });
}

/** Characters nobody sees that carry letters: tags stand for ASCII, variation selectors for bytes. */
export function invisibleParts(text: string): DecodedPart[] {
  const tags = Array.from(text.matchAll(/[\u{e0020}-\u{e007e}]+/gu), ([run]) => run).join('');
  const letters = Array.from(tags, (tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)).join(
    '',
  );
  const bytes = matches(text, /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{6,8000}/gu).map((run) =>
    Uint8Array.from(run, (sign) => {
      const code = sign.codePointAt(0) ?? 0;
      return code >= 0xe0100 ? code - 0xe0100 + 16 : code - 0xfe00;
    }),
  );
  return [
    ...part('hidden', letters.length >= 8 ? letters : undefined),
    ...bytes.flatMap((run) => part('hidden', readable(run))),
  ];
}

const HIDING_STYLE =
  /display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|font-size\s{0,3}:\s{0,3}[01](?:px|pt|em)?\b|opacity\s{0,3}:\s{0,3}0(?![.\d])|color\s{0,3}:\s{0,3}(?:white|#fff)/i;

/** What a person does not see: comments, elements styled away, alternative texts. */
function hiddenParts(text: string): DecodedPart[] {
  if (!text.includes('<') && !text.includes('[//]:') && !text.includes('![')) return [];
  const found: string[] = [];
  found.push(...comments(text));
  for (const match of bounded(text, /<\w{1,12}\s([^<>]{1,400})>([^<]{1,4000})</g)) {
    if (HIDING_STYLE.test(match[1] ?? '') || /\bhidden\b/i.test(match[1] ?? '')) found.push(match[2] ?? '');
  }
  for (const match of bounded(text, /\b(?:alt|title|aria-label)\s{0,3}=\s{0,3}"([^"]{8,2000})"/gi))
    found.push(match[1] ?? '');
  for (const match of bounded(text, /!\[([^[\]]{8,2000})\]\(/g)) found.push(match[1] ?? '');
  for (const match of bounded(text, /^\[\/\/\]:\s{0,3}#\s{0,3}[("']([^\n]{1,2000})[)"']$/gm))
    found.push(match[1] ?? '');
  return found.flatMap((hidden) => part('hidden', hidden.trim().length >= 8 ? hidden.trim() : undefined));
}

function comments(text: string): string[] {
  const found: string[] = [];
  let open = text.indexOf('<!--');
  while (open >= 0 && found.length < MAX_PARTS) {
    const close = text.indexOf('-->', open + 4);
    found.push(text.slice(open + 4, close < 0 ? undefined : close));
    open = close < 0 ? -1 : text.indexOf('<!--', close + 3);
  }
  return found;
}

/** Common words of four languages, enough to tell language from noise. */
const COMMON = new Set(
  `the and you your all are now not with that this have from for what will tell me is it to of in a as system prompt instructions previous ignore reveal secret password show
  der die das und alle du sie nicht mit ist von zu den dem ein eine mir dein deine ignoriere vorherigen bisherigen anweisungen regeln passwort geheime zeige verrate jetzt
  el la los las que y todas todos no con por para un una su tu en del ignora anteriores instrucciones contraseña muestra revela secreto dime ahora
  le les et vous des une dans pour toutes tous ne pas ce ton votre ignore ignorez précédentes consignes règles montre révèle dis moi mot passe maintenant`.split(
    /\s+/,
  ),
);

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];

const vowelShare = (text: string): number => {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.length === 0
    ? 0
    : letters.filter((letter) => /[aeiouäöüáéíóúàèêâ]/i.test(letter)).length / letters.length;
};

/** Prose of letters that nobody could pronounce, and can once it is turned by thirteen: every language has its vowels. */
function becomesSpeakable(text: string, turned: string): boolean {
  const letters = text.match(/[\p{L}\s]/gu)?.length ?? 0;
  const vowels = vowelShare(turned);
  return (
    letters >= Math.max(24, text.length * 0.85) && vowelShare(text) < 0.27 && vowels > 0.32 && vowels < 0.56
  );
}

const commonShare = (words: string[]): number =>
  words.length === 0 ? 0 : words.filter((word) => COMMON.has(word)).length / words.length;

/** The whole text read another way, when that way reads better by far. */
function rereadParts(text: string): DecodedPart[] {
  const sample = text.slice(0, 4_000);
  const words = wordsOf(sample);
  if (words.length < 3) return [];
  const plain = commonShare(words);
  if (plain > 0.2) return quotedRereads(sample);
  const rot13 = rotate(sample);
  const reversed = Array.from(sample).reverse().join('');
  const share = (reading: string): number => commonShare(wordsOf(reading));
  if (share(rot13) > Math.max(0.2, plain * 3) || becomesSpeakable(sample, rot13)) return part('rot13', rot13);
  if (share(reversed) > Math.max(0.2, plain * 3)) return part('reversed', reversed);
  return [];
}

/** A rot13 or reversed quotation inside ordinary text. */
function quotedRereads(text: string): DecodedPart[] {
  if (!/rot|cipher|decod|revers|backward|caesar/i.test(text)) return [];
  const quotes = matches(text, /["'`:]\s{0,2}([\p{L} ,.!?']{10,800})/gu);
  return quotes.flatMap((quote) => {
    const plain = commonShare(wordsOf(quote));
    const rot13 = rotate(quote);
    const reversed = Array.from(quote).reverse().join('');
    if (commonShare(wordsOf(rot13)) > Math.max(0.15, plain * 2)) return part('rot13', rot13);
    if (commonShare(wordsOf(reversed)) > Math.max(0.15, plain * 2)) return part('reversed', reversed);
    return [];
  });
}

const rotate = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });

function matches(text: string, pattern: RegExp): string[] {
  const found: string[] = [];
  for (const match of bounded(text, pattern)) found.push(match[0]);
  return found;
}

function* bounded(text: string, pattern: RegExp): Generator<RegExpMatchArray> {
  let count = 0;
  for (const match of text.matchAll(pattern)) {
    if (count >= MAX_PARTS) return;
    count += 1;
    yield match;
  }
}

const part = (kind: DecodedPart['kind'], text: string | undefined): DecodedPart[] =>
  text ? [{ kind, text: text.slice(0, MAX_PART_LENGTH) }] : [];

/**
 * Encoded and hidden parts of a text, decoded, two layers deep at most.
 * @returns at most a few dozen parts of at most 8,000 characters.
 */
export function decodeParts(text: string, depth = 2): DecodedPart[] {
  const parts = [
    ...base64Parts(text),
    ...hexParts(text),
    ...binaryParts(text),
    ...urlParts(text),
    ...escapeParts(text),
    ...hiddenParts(text),
    ...(depth === 2 ? rereadParts(text) : []),
  ].slice(0, MAX_PARTS);
  return depth <= 1 ? parts : parts.flatMap((found) => [found, ...decodeParts(found.text, depth - 1)]);
}
