import { Cron } from 'croner';
import { z } from 'zod';
import { InvalidInput } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { ROLES } from '../../kernel/person.js';
import type { Classification } from '../document.js';
import { CLASSIFICATIONS } from '../ingest/front-matter.js';
import type { IngestReport } from '../ingest/ingest-report.js';

const names = z.array(z.string().min(1)).optional();

const accessSchema = z.object({
  classification: z.enum(
    CLASSIFICATIONS as [Classification, ...Classification[]],
    `one of ${CLASSIFICATIONS.join(', ')}`,
  ),
  roles: z.array(z.enum(ROLES)).optional(),
  persons: names,
  groups: names,
  channels: names,
});

const NO_PASSWORD = 'a password does not belong in an address';
const A_DEPTH = 'a whole number from 0 to 10';

const placeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string().min(1) }),
  z.object({
    kind: z.literal('git'),
    url: z
      .string()
      .regex(/^(https|ssh):\/\//, 'begin with https:// or ssh://, as in ssh://git@host/repository.git')
      .refine(hasNoPassword, NO_PASSWORD),
    ref: z.string().optional(),
    folder: z.string().optional(),
    linkTemplate: z.string().includes('{path}').optional(),
  }),
  z.object({
    kind: z.literal('web'),
    urls: z
      .array(
        z
          .url({ protocol: /^https?$/, error: 'begin with https:// or http://' })
          .refine(hasNoPassword, NO_PASSWORD),
      )
      .min(1, 'name one address at least'),
    depth: z.number(A_DEPTH).int(A_DEPTH).min(0, A_DEPTH).max(10, A_DEPTH).default(0),
    maxPages: z.number().int().min(1).max(2_000).default(200),
  }),
]);

/** What an administrator enters for a source. */
export const sourceInputSchema = z.object({
  name: z.string().trim().min(1, 'a name is missing').max(100, 'at most 100 characters'),
  collection: z
    .string()
    .regex(/^[\w-]{1,60}$/, 'letters, digits, _ and - only')
    .default('main'),
  place: placeSchema,
  /** Readers of documents that name none. */
  access: accessSchema.default({ classification: 'internal' }),
  /** Cron pattern of five fields, in UTC; without one the source is taken in when somebody asks for it. */
  schedule: z
    .string()
    .refine(isSchedule, 'a cron pattern of five fields, at most every five minutes')
    .optional(),
  enabled: z.boolean().default(true),
});

export type SourceInput = z.infer<typeof sourceInputSchema>;
export type SourcePlace = SourceInput['place'];

/** The end of a source's last run, for lists and alerts. */
export interface SourceRun {
  startedAt: Date;
  endedAt: Date;
  counts?: IngestReport['counts'];
  /** Lines that somebody should read; the first hundred. */
  lines?: IngestReport['lines'];
  /** Why it ended early. */
  fault?: string;
}

export interface KnowledgeSource extends SourceInput {
  id: string;
  /** When it is due next; undefined for sources without a schedule. */
  nextRunAt?: Date;
  lastRun?: SourceRun;
}

/** A source is stored, listed and shown; what is secret must not stand in it. */
function hasNoPassword(address: string): boolean {
  return !URL.canParse(address) || new URL(address).password === '';
}

const SHORTEST_MINUTES = 5;

function isSchedule(pattern: string): boolean {
  if (pattern.trim().split(/\s+/).length !== 5) return false;
  try {
    const [first, second] = new Cron(pattern, { timezone: 'UTC' }).nextRuns(2);
    return (
      first !== undefined && (!second || second.getTime() - first.getTime() >= SHORTEST_MINUTES * 60_000)
    );
  } catch {
    return false;
  }
}

/**
 * Makes the source that an administrator entered.
 * @throws InvalidInput naming every field that is wrong.
 */
export function newSource(input: unknown, now: Date): KnowledgeSource {
  const parsed = sourceInputSchema.safeParse(input);
  if (!parsed.success) {
    // Where in the record a field stands says nothing to who entered it.
    const fieldOf = (path: PropertyKey[]): string =>
      path.filter((step) => typeof step === 'string' && step !== 'place' && step !== 'access').join('.');
    const faults = parsed.error.issues.map(({ path, message }) => `${fieldOf(path) || 'place'}: ${message}`);
    throw new InvalidInput('knowledge.bad-source', `The source cannot be used. ${faults.join('; ')}`);
  }
  const nextRunAt = nextRun(parsed.data.schedule, now);
  return { ...parsed.data, id: newId(now), ...(nextRunAt ? { nextRunAt } : {}) };
}

/** When a schedule comes round after `after`; undefined for none. */
export function nextRun(schedule: string | undefined, after: Date): Date | undefined {
  if (!schedule) return undefined;
  return new Cron(schedule, { timezone: 'UTC' }).nextRun(after) ?? undefined;
}

/** Sources whose time has come, the longest waiting first. */
export function dueSources(sources: KnowledgeSource[], now: Date): KnowledgeSource[] {
  const at = (source: KnowledgeSource): number => source.nextRunAt?.getTime() ?? Infinity;
  return sources
    .filter((source) => source.enabled && at(source) <= now.getTime())
    .sort((a, b) => at(a) - at(b));
}

/** Where one tenant's sources are kept. */
export interface SourceRegistry {
  list(): Promise<KnowledgeSource[]>;
  get(id: string): Promise<KnowledgeSource | undefined>;
  put(source: KnowledgeSource): Promise<void>;
  remove(id: string): Promise<void>;
  /**
   * Takes a due source for this process by moving its next run on; one conditional write decides between processes.
   * @returns false when another process was first.
   */
  claim(source: KnowledgeSource, nextRunAt: Date | undefined): Promise<boolean>;
  finish(id: string, run: SourceRun): Promise<void>;
}
