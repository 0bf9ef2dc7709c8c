import { readFile } from 'node:fs/promises';
import { InvalidInput } from '../../kernel/errors.js';
import { readOrganisationCsv, readOrganisationYaml, type Organisation } from './organisation-file.js';

/**
 * Reads the organisation file, YAML or CSV by its name.
 * @throws InvalidInput with every mistake and its line; the people that are stored stay as they are.
 */
export async function loadOrganisationFile(path: string): Promise<Organisation> {
  const text = await readFile(path, 'utf8');
  const reading = path.toLowerCase().endsWith('.csv')
    ? readOrganisationCsv(text)
    : readOrganisationYaml(text);
  if (reading.ok) return reading.organisation;
  const faults = reading.faults.map(({ line, message }) => `  line ${line}: ${message}`).join('\n');
  throw new InvalidInput(
    'governance.bad-organisation',
    `The organisation file ${path} has mistakes:\n${faults}`,
  );
}
