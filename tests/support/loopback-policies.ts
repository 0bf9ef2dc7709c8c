import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedFile } from '../../core/kernel/package-root.js';

/** The shipped policies, with our own machine on the list of hosts that may be written to. @returns a folder to delete. */
export function policiesThatAllowLoopback(): string {
  const folder = mkdtempSync(join(tmpdir(), 'steward-policies-'));
  cpSync(shippedFile('samples', 'policies'), folder, { recursive: true });
  const file = join(folder, 'steward.cedar');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"hooks.example.com"', '"127.0.0.1"'));
  return folder;
}
