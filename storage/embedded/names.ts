/** Names of fields come again and again: one string for each, which V8 then knows as a key. */
const LONGEST = 32;
const knownNames: string[] = Array.from({ length: 2048 }, () => '');

/** The name of a field that lies in a document from `start` to `end`. */
export function readName(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST) return bytes.toString('utf8', start, end);
  let hash = length;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] as number;
    if (code > 127) return bytes.toString('utf8', start, end);
    hash = (hash * 31 + code) | 0;
  }
  const place = hash & (knownNames.length - 1);
  const known = knownNames[place] as string;
  let same = known.length === length ? 0 : -1;
  while (same >= 0 && same < length) same = known.charCodeAt(same) === bytes[start + same] ? same + 1 : -1;
  if (same === length) return known;
  const name = bytes.toString('latin1', start, end);
  knownNames[place] = name;
  return name;
}
