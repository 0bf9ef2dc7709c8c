import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { createInjectionScorer } from '../../core/guardrails/injection/injection-scorer.js';
import { createInputScreen, type SecondOpinion } from '../../core/guardrails/input-screen.js';
import type { Canaries } from '../../core/guardrails/output/leaks.js';
import { createOutputScreen } from '../../core/guardrails/output-screen.js';
import {
  comparePolicies,
  defaultPolicy,
  parseGuardrailPolicies,
  parseGuardrailPolicy,
  type GuardrailPolicy,
  type PolicyBook,
} from '../../core/guardrails/policy.js';
import { replayPolicy, type PastText } from '../../core/guardrails/replay.js';
import type { Screen, TextOrigin } from '../../core/guardrails/screen.js';
import { StewardError, describeError } from '../../core/kernel/errors.js';
import type { CliContext } from './context.js';

/** What the command needs beyond the command line; absent parts are simply not offered. */
export interface GuardCommandParts {
  /** The texts of past turns and what to compare with, for `guard replay`. */
  openTraffic?: () => Promise<OpenTraffic>;
  secondOpinion?: SecondOpinion;
}

/** The stored traffic of an installation; `close` what was opened. */
export interface OpenTraffic {
  /** Texts of past turns between two instants. */
  texts(since: Date, until: Date): AsyncIterable<PastText>;
  /** The policies in force. */
  policies: PolicyBook;
  /** The words planted into a tenant's prompts. */
  canaries?: (tenantId: string) => Canaries;
  /** Key of the hashes shown instead of texts. */
  hashKey: string;
  close(): Promise<void>;
}

const ORIGINS = [
  'user',
  'document',
  'tool-result',
  'web-page',
  'mail',
  'model',
] as const satisfies readonly TextOrigin[];

const id = z.union([z.string(), z.number()]);
const rowSchema = z.object({
  id: id.optional(),
  query_id: id.optional(),
  doc_id: id.optional(),
  text: z.string().optional(),
  answer: z.string().optional(),
  query: z.string().optional(),
  question: z.string().optional(),
  context: z.unknown().optional(),
  origin: z.unknown().optional(),
});

interface GuardRow {
  id: string | number;
  text: string;
  question?: string;
  passages?: string[];
  origin?: TextOrigin;
}

const DAY_MS = 86_400_000;

/** `guard input|output --file FILE.jsonl --json` screens every line; `guard replay` tries a policy on past traffic. */
export function guardCommand(context: CliContext, parts: GuardCommandParts = {}): Command {
  const command = new Command('guard').description('Screen texts, or try a guardrail policy on past traffic');
  for (const direction of ['input', 'output'] as const) {
    command
      .command(direction)
      .description(direction === 'input' ? 'Screen texts that come in' : 'Screen texts that go out')
      .requiredOption(
        '--file <file>',
        'JSON Lines with id and text; output lines may carry context and question',
      )
      .option('--policy <file>', 'a guardrail policy (YAML) instead of the default')
      .addOption(
        new Option('--origin <origin>', 'where the texts come from')
          .choices(ORIGINS)
          .default(direction === 'input' ? 'user' : 'model'),
      )
      .option('--json', 'one JSON line a text')
      .action((options: ScreenOptions) =>
        reported(context, () => screenFile(context, parts, direction, options)),
      );
  }
  command
    .command('replay')
    .description('Try a policy on the traffic of the last day(s): what would change, by hash, without texts')
    .requiredOption('--policy <file>', 'the guardrail policy to try')
    .option('--days <days>', 'how many days back', '1')
    .option('--json', 'one JSON line a change')
    .action((options: ReplayCommandOptions) => reported(context, () => replay(context, parts, options)));
  return command;
}

interface ScreenOptions {
  file: string;
  policy?: string;
  origin: TextOrigin;
  json?: boolean;
}

interface ReplayCommandOptions {
  policy: string;
  days: string;
  json?: boolean;
}

async function reported(context: CliContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing && !(error instanceof StewardError)) throw error;
    context.progress(
      `${missing ? `There is no such file: ${(error as NodeJS.ErrnoException).path}` : describeError(error)}\n`,
    );
    context.fail(2);
  }
}

const readPolicy = async (file: string | undefined): Promise<GuardrailPolicy> =>
  file ? parseGuardrailPolicy(await readFile(file, 'utf8')) : defaultPolicy();

async function screenFile(
  context: CliContext,
  { secondOpinion }: GuardCommandParts,
  direction: 'input' | 'output',
  options: ScreenOptions,
): Promise<void> {
  const policy = await readPolicy(options.policy);
  const screen =
    direction === 'input' ? createInputScreen({ policy, secondOpinion }) : createOutputScreen({ policy });
  const input = createReadStream(options.file, { encoding: 'utf8' });
  const lines = createInterface({ input, crlfDelay: Infinity });
  let number = 0;
  let rejected = 0;
  for await (const line of lines) {
    if (context.signal.aborted) break;
    number += 1;
    if (line.trim() === '') continue;
    const row = readRow(line, number, direction);
    if (typeof row === 'string') {
      rejected += 1;
      context.progress(`Line ${number}: ${row}\n`);
      continue;
    }
    show(context, options, await screenRow(screen, row, options.origin));
  }
  if (rejected > 0) context.fail(1);
}

const evidenceSchema = z.union([z.string(), z.array(z.string())]).nullish();
const originSchema = z.enum(ORIGINS).nullish();

/** @returns the row, or what is wrong with the line. */
function readRow(line: string, number: number, direction: 'input' | 'output'): GuardRow | string {
  let content: unknown;
  try {
    content = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return 'not JSON; each line must be one JSON object.';
  }
  const read = rowSchema.safeParse(content);
  if (!read.success) return `${read.error.issues[0]?.path.join('.')} ${read.error.issues[0]?.message}`;
  const { text, answer, query, question } = read.data;
  const main = text ?? (direction === 'output' ? answer : undefined) ?? query ?? question;
  if (main === undefined) return 'there is no text; name it "text".';
  // what came in has no evidence, so whatever a foreign file calls "context" is not ours to judge
  const evidence = evidenceSchema.safeParse(direction === 'output' ? read.data.context : undefined);
  if (!evidence.success) return 'context must be a text or a list of texts.';
  const origin = originSchema.safeParse(read.data.origin);
  if (!origin.success) return `origin must be one of ${ORIGINS.join(', ')}.`;
  return {
    id: read.data.id ?? read.data.query_id ?? read.data.doc_id ?? number,
    text: main,
    ...(main === question ? {} : { question }),
    ...(evidence.data === undefined || evidence.data === null
      ? {}
      : { passages: typeof evidence.data === 'string' ? [evidence.data] : evidence.data }),
    ...(origin.data ? { origin: origin.data } : {}),
  };
}

async function screenRow(screen: Screen, row: GuardRow, origin: TextOrigin): Promise<object> {
  const verdict = await screen.check(row.text, {
    tenantId: 'local',
    origin: row.origin ?? origin,
    ...(row.passages ? { passages: row.passages } : {}),
    ...(row.question ? { question: row.question } : {}),
  });
  return {
    id: row.id,
    verdict: verdict.outcome,
    score: round(verdict.score),
    reasons: verdict.reasons,
    text: verdict.text,
    spans: verdict.spans,
    ...(verdict.grounding === undefined ? {} : { grounding: round(verdict.grounding) }),
  };
}

/** Six digits keep the order of scores near 0 and 1. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6;

function show(context: CliContext, { json }: { json?: boolean }, row: object): void {
  if (json) context.emit(row);
  else {
    const {
      id: name,
      verdict,
      score,
      reasons,
    } = row as { id: string | number; verdict: string; score: number; reasons: string[] };
    context.say(`${name}\t${verdict}\t${score.toFixed(3)}\t${reasons.join(', ')}`);
  }
}

async function replay(
  context: CliContext,
  parts: GuardCommandParts,
  options: ReplayCommandOptions,
): Promise<void> {
  const days = Number(options.days);
  if (!Number.isFinite(days) || days <= 0 || days > 365) {
    context.progress('--days must be a number from 1 to 365.\n');
    context.fail(2);
    return;
  }
  if (!parts.openTraffic) {
    context.progress(
      'There is no stored traffic here: start Steward once on this data folder, or set MONGODB_URI.\n',
    );
    context.fail(2);
    return;
  }
  const proposed = parseGuardrailPolicies(await readFile(options.policy, 'utf8'));
  const opened = await parts.openTraffic();
  try {
    await tryPolicies(context, opened, proposed, days, options.json ?? false);
  } finally {
    await opened.close();
  }
}

async function tryPolicies(
  context: CliContext,
  { texts, policies: current, canaries, hashKey }: OpenTraffic,
  proposed: PolicyBook,
  days: number,
  json: boolean,
): Promise<void> {
  const until = context.clock.now();
  const summary = await replayPolicy({
    traffic: texts(new Date(until.getTime() - days * DAY_MS), until),
    current,
    proposed,
    scorer: createInjectionScorer(),
    canaries,
    hashKey,
    onChange: (change) =>
      json
        ? context.emit(change)
        : context.say(
            `${change.id}\t${change.direction}\t${change.before} -> ${change.after}\t${change.textHash}\t${change.rules.join(', ')}`,
          ),
  });
  const settings = [...new Set(['', ...current.tenants, ...proposed.tenants])].flatMap((tenant) =>
    comparePolicies(current.of(tenant), proposed.of(tenant)).map((line) =>
      tenant ? `${tenant}: ${line}` : line,
    ),
  );
  if (json) context.emit({ summary, settings });
  else {
    for (const setting of settings) context.say(setting);
    context.say(`${summary.changed} of ${summary.texts} texts would be treated otherwise.`);
  }
}
