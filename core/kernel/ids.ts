import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_CHARACTERS = 16;

/** Random bytes are drawn for many ids at once, since each draw is a call into the system; none is used twice. */
const drawn = Buffer.alloc(RANDOM_CHARACTERS * 256);
let used = drawn.length;

/**
 * Makes an id of 26 characters that sorts by time and cannot be guessed: 48 bits of milliseconds, 80 random bits,
 * in Crockford's base 32 (the layout of a ULID, https://github.com/ulid/spec).
 * @param now the instant that the id sorts by; normally `clock.now()`.
 */
export function newId(now: Date): string {
  let time = now.getTime();
  let id = '';
  for (let position = 0; position < 10; position += 1) {
    id = ALPHABET.charAt(time % 32) + id;
    time = Math.floor(time / 32);
  }
  if (used >= drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  for (const end = used + RANDOM_CHARACTERS; used < end; used += 1) {
    id += ALPHABET.charAt((drawn[used] ?? 0) & 31);
    drawn[used] = 0;
  }
  return id;
}
