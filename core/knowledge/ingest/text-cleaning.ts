/** Decodes a text file: a byte order mark decides, else UTF-8, else Windows-1252 (which every byte string is). */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
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
