import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The installation's master key: from the configuration, else made once and kept in the data folder (mode 0600). */
export function loadSecretKey(configured: string | undefined, dataDir: string): Buffer {
  if (configured) return Buffer.from(configured, 'base64');
  const path = join(dataDir, 'secret.key');
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first
    }
  }
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
}

/** A key for one purpose, so that a token of one kind is never a token of another. 32 bytes. */
export function deriveKey(master: Buffer, purpose: string): Buffer {
  return createHmac('sha256', master).update(`steward/${purpose}`).digest();
}

/** Purpose of the key whose hashes stand for texts in audit, logs and `guard replay`. */
export const TEXT_HASH_KEY = 'text-hash';
