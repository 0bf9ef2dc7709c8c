import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EscalationChain, EscalationReason } from './escalation.js';
import { parseEscalationChains } from './escalation-chains.js';

/**
 * Reads `escalation.yaml` of a policy folder.
 * @param otherwise the folder to take it from when this one has none.
 */
export async function loadEscalationChains(
  folder: string,
  otherwise: string,
): Promise<(reason: EscalationReason) => EscalationChain> {
  const file = join(folder, 'escalation.yaml');
  return parseEscalationChains(
    await readFile(existsSync(file) ? file : join(otherwise, 'escalation.yaml'), 'utf8'),
  );
}
