import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ROLES, type Role } from '../../kernel/person.js';
import type { Classification, DocumentAccess } from '../document.js';
import { distance } from '../index/spelling.js';
import { singleLine } from './text-cleaning.js';
import { reason, type Reason } from './reason.js';
import { UnclearReaders } from './unreadable.js';

/** What a document says about itself. */
export interface DocumentHeader {
  title?: string;
  owner?: string;
  language?: string;
  updatedAt?: Date;
  /** Until when somebody has to have looked at it again. */
  reviewBy?: Date;
  access?: DocumentAccess;
}

export const CLASSIFICATIONS: readonly Classification[] = [
  'public',
  'internal',
  'confidential',
  'restricted',
];

const text = z.union([z.string(), z.number()]).transform((value) => singleLine(String(value)));
/** A bare number is a year: `date: 2024`. */
const date = z
  .union([z.date(), z.string(), z.number().int().min(1900).max(2200)])
  .transform((value) => new Date(typeof value === 'number' ? `${value}-01-01` : value));

const headerSchema = z.object({
  title: text.optional().catch(undefined),
  owner: text.optional().catch(undefined),
  language: text.optional().catch(undefined),
  lang: text.optional().catch(undefined),
  updated: date.optional().catch(undefined),
  date: date.optional().catch(undefined),
  'review-by': date.optional().catch(undefined),
  // Who may read is never guessed: a value that makes no sense keeps the document out.
  classification: z
    .string()
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.enum(CLASSIFICATIONS as [Classification, ...Classification[]]))
    .optional(),
  readers: z
    .union([z.array(z.string()), z.string().transform((value) => value.split(','))])
    .transform((readers) => readers.map((reader) => reader.trim()).filter(Boolean))
    .optional(),
});

/** Names that say who may read, with the slips in which each is still known. */
const WHO_MAY_READ = [
  ['readers', 1],
  ['classification', 2],
] as const;

/**
 * Reads what a document says about itself, from front matter or `<meta>`; capitals in names do not count.
 * @throws UnclearReaders when it names readers or a classification that cannot be understood, or names one of both with a slip or twice.
 */
export function readHeader(fields: unknown): DocumentHeader {
  const parsed = headerSchema.safeParse(inLowerCase(fields ?? {}));
  if (!parsed.success)
    throw unclear(parsed.error.issues.map((issue) => String(issue.path[0] ?? 'front matter')));
  const { title, owner, language, lang, updated, date: dated, classification, readers } = parsed.data;
  const header: DocumentHeader = {};
  if (title) header.title = title;
  if (owner) header.owner = owner;
  const spoken = (language ?? lang)?.toLowerCase().slice(0, 2);
  if (spoken && /^[a-z]{2}$/.test(spoken)) header.language = spoken;
  const updatedAt = validDate(updated) ?? validDate(dated);
  if (updatedAt) header.updatedAt = updatedAt;
  const reviewBy = validDate(parsed.data['review-by']);
  if (reviewBy) header.reviewBy = reviewBy;
  if (classification !== undefined || readers !== undefined) {
    header.access = { classification: classification ?? 'internal', ...readerLists(readers ?? []) };
    // An empty list of readers is nobody, not everybody.
    if (readers?.length === 0) header.access.persons = [];
  }
  return header;
}

const unclear = (names: string[]): UnclearReaders =>
  new UnclearReaders(
    reason('readers-unclear', {
      fields: singleLine([...new Set(names)].join(', ')).slice(0, 200),
      classes: CLASSIFICATIONS.join(', '),
    }),
  );

/** A name that was passed over because of a capital or a slip would let in whom it keeps out. */
function inLowerCase(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return fields;
  const named: Record<string, unknown> = {};
  for (const [written, value] of Object.entries(fields)) {
    const name = written.trim().toLowerCase();
    for (const [known, slips] of WHO_MAY_READ) {
      const isSlip = name !== known && name[0] === known[0] && distance(name, known, slips) <= slips;
      if (isSlip || (name === known && known in named)) throw unclear([written]);
    }
    named[name] = value;
  }
  return named;
}

/** Sorts `role:manager`, `group:board`, `person:42`, `channel:19:abc@thread`, `a@b.example` into lists. */
function readerLists(readers: string[]): Omit<DocumentAccess, 'classification'> {
  const lists: Omit<DocumentAccess, 'classification'> = {};
  for (const reader of readers) {
    const [, kind, name] = /^(role|group|person|channel)\s*:\s*(.+)$/i.exec(reader) ?? [];
    switch (kind?.toLowerCase()) {
      case 'role':
        (lists.roles ??= []).push(roleNamed(name ?? ''));
        break;
      case 'group':
        (lists.groups ??= []).push(name ?? '');
        break;
      case 'channel':
        (lists.channels ??= []).push(name ?? '');
        break;
      case 'person':
        (lists.persons ??= []).push(name ?? '');
        break;
      default:
        if (!reader.includes('@')) throw new UnclearReaders(unknownReader(reader));
        (lists.persons ??= []).push(reader.toLowerCase());
    }
  }
  return lists;
}

function roleNamed(name: string): Role {
  const role = ROLES.find((known) => known === name.trim().toLowerCase());
  if (!role) throw new UnclearReaders(unknownReader(`role:${name}`));
  return role;
}

const unknownReader = (reader: string): Reason =>
  reason('reader-unknown', { reader: singleLine(reader), roles: ROLES.join(', ') });

const validDate = (value: Date | undefined): Date | undefined =>
  value && !Number.isNaN(value.getTime()) ? value : undefined;

const MAX_HEADER = 32 * 1024;

/**
 * Splits YAML front matter from a text.
 * @throws UnclearReaders for front matter that names readers but is broken: it might keep people out.
 */
export function splitFrontMatter(source: string): { header: DocumentHeader; body: string } {
  const match = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(source);
  if (!match) return { header: {}, body: source };
  const yaml = match[1] ?? '';
  if (yaml.length > MAX_HEADER) throw new UnclearReaders(reason('header-long'));
  let fields: unknown;
  try {
    fields = parseYaml(yaml, { maxAliasCount: 10, prettyErrors: false });
  } catch (error) {
    if (/^\s*["']?(readers|classification)\b/im.test(yaml)) {
      throw new UnclearReaders(reason('header-broken'), error);
    }
    return { header: {}, body: source.slice(match[0].length) };
  }
  // A rule between two thematic breaks at the top of a page is text, not front matter.
  if (fields === null || typeof fields !== 'object' || Array.isArray(fields))
    return { header: {}, body: source };
  return { header: readHeader(fields), body: source.slice(match[0].length) };
}
