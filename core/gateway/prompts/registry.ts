import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeError, InvalidInput } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';

const variableTypes = { text: z.string(), number: z.number(), list: z.array(z.string()) };
const version = z.coerce.number().int().positive();

const fileSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z-]{0,39}$/, 'must be small letters and hyphens'),
    about: z.string().min(3),
    variables: z.record(z.string(), z.enum(['text', 'number', 'list'])).default({}),
    /** Used while no experiment runs. */
    current: version,
    /** Shares of people by version, in percent; together 100. */
    experiment: z.record(z.string(), z.number().positive().max(100)).optional(),
    versions: z.record(z.string(), z.string().min(1)),
  })
  .superRefine(({ variables, current, experiment, versions }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    if (!(String(current) in versions)) refuse(`current: there is no version ${current}`);
    for (const tried of Object.keys(experiment ?? {}))
      if (!(tried in versions)) refuse(`experiment: there is no version ${tried}`);
    const shares = Object.values(experiment ?? { all: 100 }).reduce((sum, share) => sum + share, 0);
    if (shares !== 100) refuse(`experiment: the shares are ${shares} together, not 100`);
    for (const [number, template] of Object.entries(versions))
      for (const name of placeholdersOf(template))
        if (!(name in variables)) refuse(`versions.${number}: {{${name}}} is not among the variables`);
  });

type PromptFile = z.output<typeof fileSchema>;
export type PromptVariables = Record<string, string | number | string[]>;

/** A prompt as it is sent, with the version that goes into every record of the call. */
export interface RenderedPrompt {
  text: string;
  /** `name@version`. */
  id: string;
}

export interface PromptRegistry {
  /**
   * Fills a prompt in. @param subject whoever takes part in an experiment: the same one always gets the same version.
   * @throws InvalidInput for a prompt that is not there and for variables that are missing or of another type.
   */
  render(name: string, variables: PromptVariables, subject: string): RenderedPrompt;
  list(): { name: string; about: string; current: number; experiment?: Record<string, number> }[];
}

const SHIPPED = shippedFile('core', 'gateway', 'prompts', 'shipped');

/**
 * Reads the shipped prompts, then the operator's own, which replace those of the same name.
 * @throws InvalidInput that names the file and what is wrong in it.
 */
export function loadPrompts(ownFolder?: string): PromptRegistry {
  const prompts = new Map<string, PromptFile>();
  for (const folder of [SHIPPED, ...(ownFolder ? [ownFolder] : [])])
    for (const file of filesOf(folder)) {
      const prompt = parsePrompt(readFileSync(join(folder, file), 'utf8'), file);
      prompts.set(prompt.name, prompt);
    }
  return {
    render: (name, variables, subject) => {
      const prompt = prompts.get(name);
      if (!prompt) throw new InvalidInput('gateway.no-prompt', `There is no prompt "${name}".`);
      const chosen = versionFor(prompt, subject);
      return { id: `${name}@${chosen}`, text: fill(prompt, prompt.versions[chosen] ?? '', variables) };
    },
    list: () =>
      [...prompts.values()].map(({ name, about, current, experiment }) => ({
        name,
        about,
        current,
        experiment,
      })),
  };
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort();
  } catch (error) {
    throw new InvalidInput('gateway.prompts', `STEWARD_PROMPTS cannot be read: ${describeError(error)}`);
  }
}

export function parsePrompt(yaml: string, file: string): PromptFile {
  let raw: unknown;
  try {
    raw = parse(yaml);
  } catch (error) {
    throw new InvalidInput('gateway.prompts', `${file} is no YAML: ${describeError(error)}`);
  }
  const read = fileSchema.safeParse(raw);
  if (read.success) return read.data;
  throw new InvalidInput('gateway.prompts', `${file} is wrong: ${z.prettifyError(read.error)}`);
}

const placeholdersOf = (template: string): string[] =>
  [...template.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, name = '']) => name);

/** The same person and prompt always fall on the same point of 100; nothing has to be stored for it. */
function versionFor({ name, current, experiment }: PromptFile, subject: string): string {
  if (!experiment) return String(current);
  const hash = createHash('sha256').update(`${name}|${subject}`).digest().readUInt32BE(0);
  let point = (hash / 2 ** 32) * 100;
  const shares = Object.entries(experiment);
  for (const [number, share] of shares) {
    if (point < share) return number;
    point -= share;
  }
  return shares.at(-1)?.[0] ?? String(current);
}

/** Values are put in once and not looked through again, so a value cannot name another variable. */
function fill({ name, variables }: PromptFile, template: string, given: PromptVariables): string {
  for (const [variable, type] of Object.entries(variables))
    if (!variableTypes[type].safeParse(given[variable]).success)
      throw new InvalidInput('gateway.prompt-variable', `Prompt "${name}" needs ${variable} as ${type}.`);
  return template
    .replaceAll(/\{\{\s*([\w-]+)\s*\}\}/g, (_mark, variable: string) => {
      const value = given[variable] ?? '';
      return Array.isArray(value) ? value.map((item) => `- ${item}`).join('\n') : String(value);
    })
    .trimEnd();
}
