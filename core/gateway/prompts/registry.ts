import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InvalidInput } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';
import type { CallOrigin } from '../model.js';
import { readYaml, yamlFilesIn } from '../../kernel/read-yaml.js';

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
    const refuse = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (!(String(current) in versions)) refuse(['current'], `there is no version ${current}`);
    for (const tried of Object.keys(experiment ?? {}))
      if (!(tried in versions)) refuse(['experiment'], `there is no version ${tried}`);
    const shares = Object.values(experiment ?? { all: 100 }).reduce((sum, share) => sum + share, 0);
    if (shares !== 100) refuse(['experiment'], `the shares are ${shares} together, not 100`);
    for (const [number, template] of Object.entries(versions))
      for (const name of placeholdersOf(template))
        if (!(name in variables)) refuse(['versions', number], `{{${name}}} is not among the variables`);
  });

type PromptFile = z.output<typeof fileSchema>;
export type PromptVariables = Record<string, string | number | string[]>;

/** A prompt as it is sent, with the version that goes into every record of the call. */
export interface RenderedPrompt {
  text: string;
  /** `name@version`. */
  id: string;
}

/** What became of a reply: by these an experiment is judged. */
export const PROMPT_OUTCOMES = [
  /** A question was answered, or the documents do not say. */
  'answered',
  'not-said',
  /** What people voted. */
  'helpful',
  'not-helpful',
  /** A value of the schema was given, or not even after corrections. */
  'usable',
  'unusable',
  /** A run of an agent came to its end, or stopped before. */
  'finished',
  'stopped',
] as const;
export type PromptOutcome = (typeof PROMPT_OUTCOMES)[number];

export interface PromptDescription {
  name: string;
  about: string;
  current: number;
  versions: string[];
  experiment?: Record<string, number>;
}

/** Who takes part in experiments: people, or else tenants. */
export const subjectOf = ({ personId, tenantId }: Pick<CallOrigin, 'personId' | 'tenantId'>): string =>
  personId ?? tenantId;

export interface PromptRegistry {
  /**
   * Fills a prompt in. @param subject whoever takes part in an experiment: the same one always gets the same version.
   * @throws InvalidInput for a prompt that is not there and for variables that are missing or of another type.
   */
  render(name: string, variables: PromptVariables, subject: string): RenderedPrompt;
  /** Counts what became of a reply to a prompt. @param id `name@version`; nothing is counted without one. */
  note(id: string | undefined, tenantId: string, outcome: PromptOutcome): void;
  list(): PromptDescription[];
}

export interface PromptOptions {
  /** The operator's own prompts, which replace shipped ones of the same name. */
  folder?: string;
  onOutcome?(id: string, tenantId: string, outcome: PromptOutcome): void;
}

const SHIPPED = shippedFile('core', 'gateway', 'prompts', 'shipped');

/**
 * Reads the shipped prompts, then the operator's own, which replace those of the same name.
 * @throws InvalidInput that names the file, the line and what is wrong there; also for a prompt that nothing asks for.
 */
export function loadPrompts({ folder, onOutcome }: PromptOptions = {}): PromptRegistry {
  const shipped = new Map<string, PromptFile>();
  for (const file of yamlFilesIn(SHIPPED, 'STEWARD_PROMPTS', 'gateway.prompts')) {
    const prompt = parsePrompt(readFileSync(join(SHIPPED, file), 'utf8'), file);
    shipped.set(prompt.name, prompt);
  }
  const prompts = new Map(shipped);
  for (const file of folder ? yamlFilesIn(folder, 'STEWARD_PROMPTS', 'gateway.prompts') : []) {
    const prompt = parseOwnPrompt(readFileSync(join(folder ?? '', file), 'utf8'), file, shipped);
    prompts.set(prompt.name, prompt);
  }
  return createPromptRegistry(prompts.values(), onOutcome);
}

export function createPromptRegistry(
  files: Iterable<PromptFile>,
  onOutcome?: PromptOptions['onOutcome'],
): PromptRegistry {
  const prompts = new Map([...files].map((prompt) => [prompt.name, prompt]));
  return {
    render: (name, variables, subject) => {
      const prompt = prompts.get(name);
      if (!prompt) throw new InvalidInput('gateway.no-prompt', `There is no prompt "${name}".`);
      const chosen = versionFor(prompt, subject);
      return { id: `${name}@${chosen}`, text: fill(prompt, prompt.versions[chosen] ?? '', variables) };
    },
    note: (id, tenantId, outcome) => {
      if (id) onOutcome?.(id, tenantId, outcome);
    },
    list: () =>
      [...prompts.values()].map(({ name, about, current, experiment, versions }) => ({
        name,
        about,
        current,
        versions: Object.keys(versions),
        experiment,
      })),
  };
}

export const parsePrompt = (yaml: string, file: string): PromptFile => readPrompt(yaml, file).prompt;

function readPrompt(yaml: string, file: string): { prompt: PromptFile; lineAt(path: string[]): number } {
  const { value, lineAt } = readYaml(yaml, file, fileSchema, 'gateway.prompts');
  return { prompt: value, lineAt };
}

/** A prompt that replaces a shipped one can use what that one is given, and nothing else. */
function parseOwnPrompt(yaml: string, file: string, shipped: ReadonlyMap<string, PromptFile>): PromptFile {
  const { prompt, lineAt } = readPrompt(yaml, file);
  const refuse = (path: string[], message: string): never => {
    throw new InvalidInput('gateway.prompts', `${file}:${lineAt(path)}: ${path.join('.')}: ${message}`);
  };
  const replaced = shipped.get(prompt.name);
  if (!replaced)
    return refuse(
      ['name'],
      `nothing asks for "${prompt.name}". Prompts are: ${[...shipped.keys()].join(', ')}`,
    );
  const given = Object.entries(replaced.variables)
    .map(([name, type]) => `${name} (${type})`)
    .join(', ');
  for (const [name, type] of Object.entries(prompt.variables))
    if (replaced.variables[name] !== type)
      refuse(['variables', name], `"${prompt.name}" is not given ${name} as ${type}. It is given: ${given}`);
  return prompt;
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
