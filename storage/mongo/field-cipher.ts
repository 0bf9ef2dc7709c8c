import { createCipheriv, createDecipheriv } from 'node:crypto';
import { deserialize, serialize } from 'bson';
import { Defect } from '../../core/kernel/errors.js';
import { smallRandom } from '../../core/kernel/random.js';

/** Seals what must not be readable in the database. The text names its key, so keys can be changed while in use. */
export interface FieldCipher {
  /** @param context what the value belongs to; it opens only in the same context. */
  seal(value: object, context: string): string;
  /** @throws Defect when the text was changed, moved elsewhere, or its key is not there. */
  open(sealed: string, context: string): unknown;
}

const TAG_BYTES = 16;
const IV_BYTES = 12;

/**
 * AES-256-GCM over the value's BSON; the text is `1.KEY-ID.BASE64URL` of nonce, cipher text and tag.
 * @param keys 32 bytes each; the first one seals, all open.
 */
export function createFieldCipher(keys: readonly { id: string; key: Buffer }[]): FieldCipher {
  const [current] = keys;
  if (!current) throw new Defect('storage.no-key', 'A field cipher needs a key.');
  return {
    seal(value, context) {
      const iv = smallRandom(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const sealed = [iv, cipher.update(serialize({ value }, { ignoreUndefined: true })), cipher.final()];
      return `1.${current.id}.${Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, id, text = ''] = sealed.split('.');
      const known = keys.find((each) => each.id === id);
      if (version !== '1' || !known)
        throw new Defect('storage.unknown-key', 'A record was sealed with a key that is not configured.');
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', known.key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const plain = Buffer.concat([
          decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)),
          decipher.final(),
        ]);
        return deserialize(plain).value as unknown;
      } catch (error) {
        throw new Defect('storage.tampered', 'A sealed record was changed outside of Steward.', {
          cause: error,
        });
      }
    },
  };
}
