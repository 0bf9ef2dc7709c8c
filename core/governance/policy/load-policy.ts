import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '../../kernel/errors.js';
import { parseApprovalRules } from './approval-rules.js';
import type { CedarSource } from './cedar-policy.js';

/**
 * Reads a policy folder: every `*.cedar` in the order of their names, one `*.cedarschema`, `approvals.yaml`.
 * @param timeZone IANA name; refused when the platform does not know it.
 * @throws InvalidInput when a part is missing.
 */
export async function loadPolicyFolder(folder: string, timeZone = 'UTC'): Promise<CedarSource> {
  const names = (await readdir(folder)).sort();
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const policies = names.filter((name) => name.endsWith('.cedar'));
  const schema = names.find((name) => name.endsWith('.cedarschema'));
  if (policies.length === 0 || !schema || !names.includes('approvals.yaml')) {
    throw new InvalidInput(
      'governance.no-policy',
      `The policy folder ${folder} needs *.cedar files, a *.cedarschema and approvals.yaml. Copy samples/policies to begin.`,
    );
  }
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new InvalidInput('governance.bad-time-zone', `${timeZone} is not the name of a time zone.`);
  }
  return {
    policies: (await Promise.all(policies.map(read))).join('\n'),
    schema: await read(schema),
    rules: parseApprovalRules(await read('approvals.yaml')),
    timeZone,
  };
}
