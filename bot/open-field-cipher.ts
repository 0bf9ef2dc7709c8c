import { createFieldCipher, type FieldCipher } from '../storage/mongo/field-cipher.js';
import { deriveKey } from './secret-key.js';

/** What seals fields at rest, the same in the server and on the command line. @param key the secret key of the installation. */
export const openFieldCipher = (key: Buffer): FieldCipher =>
  createFieldCipher([{ id: 'k1', key: deriveKey(key, 'fields') }]);
