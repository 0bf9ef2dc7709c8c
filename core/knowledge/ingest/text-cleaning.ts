/** What a page says of its own letters, within the first bytes (HTML Standard, 13.2.3.2). */
const DECLARED = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)/i;
/** Kana is in nearly every Japanese sentence, and a text of another language that is read as Japanese has none. */
const KANA = /[\u3041-\u3096\u30a1-\u30fa]/gu;
const LEAST_KANA = 3;

/** A text in the letters of a name; undefined for a name that is not known and for bytes that are no such text. */
export function decodedAs(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Old files of Japanese programs, which say nowhere what they are. */
const decodedAsJapanese = (bytes: Uint8Array): string | undefined =>
  ['shift_jis', 'euc-jp']
    .map((charset) => decodedAs(charset, bytes))
    .find((text) => (text?.match(KANA)?.length ?? 0) >= LEAST_KANA);

/**
 * Decodes a text file: a byte order mark decides, else UTF-8, else what an HTML page says of itself, else Japanese, else
 * Windows-1252 (which every byte string is).
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const utf8 = decodedAs('utf-8', bytes);
  if (utf8 !== undefined) return utf8;
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 1024));
  const declared = DECLARED.exec(head)?.[1];
  return (
    (declared && decodedAs(declared, bytes)) ??
    decodedAsJapanese(bytes) ??
    new TextDecoder('windows-1252').decode(bytes)
  );
}

/**
 * Characters that nobody sees: control and format characters (zero-width space, bidirectional controls, tags, soft
 * hyphens …) but tab, line feed, the joiners that words and emoji need, and the visible signs of Arabic and Syriac.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}](?<![\t\n]|\u200c|\u200d|[\u0600-\u0605\u06dd\u070f])/gu;

/** One spelling per text: line ends are `\n`, invisible characters go, letters are composed (NFC). */
export function cleanText(text: string): string {
  const unified = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return unified.replace(INVISIBLE, '').normalize('NFC');
}

/** A line of text: white space of any kind becomes one space. */
export function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A file's path as a line of the report may show it: no control characters, no direction tricks. */
export function printablePath(path: string): string {
  return singleLine(cleanText(path));
}

/** `parental-leave.md` -> `Parental leave`; for `index`, `readme` and `home` the folder's name speaks. */
export function titleFromPath(path: string): string {
  const parts = path
    .split('/')
    .map((part) => part.trim())
    .filter(Boolean);
  const file = (parts.pop() ?? '').replace(/\.[^.]+$/, '');
  const spoken =
    /^(index|readme|home|_index)$/i.test(file) && parts.length > 0 ? (parts.pop() ?? file) : file;
  const words = singleLine(spoken.replace(/[-_+]+/g, ' '));
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : 'Untitled';
}
