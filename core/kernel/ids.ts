import { smallRandom } from './random.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_CHARACTERS = 16;

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
  for (const byte of smallRandom(RANDOM_CHARACTERS)) id += ALPHABET.charAt(byte & 31);
  return id;
}
