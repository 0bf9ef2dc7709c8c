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
 * Characters that are invisible and carry no meaning for a reader: control characters but tab and line feed, zero-width
 * space and joiners outside of words that need them, bidirectional controls, tags, the byte order mark, soft hyphens.
 */
// eslint-disable-next-line no-control-regex -- control characters are what it removes
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

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
