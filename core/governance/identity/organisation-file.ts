import { isTimeZone } from '../../kernel/time-zone.js';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { ROLES, type Role } from '../../kernel/person.js';
import type { Absence, DirectoryAccount, DirectoryEntry, OnCallSchedule } from './people.js';
import { readCsv } from './read-csv.js';

/** The people of a company, as its organisation file tells them. */
export interface Organisation {
  people: DirectoryEntry[];
  schedules: OnCallSchedule[];
}

/** A mistake in the file, for whoever edits it. */
export interface OrganisationFault {
  /** From 1. */
  line: number;
  message: string;
}

export type OrganisationReading =
  { ok: true; organisation: Organisation } | { ok: false; faults: OrganisationFault[] };

const id = z.string().regex(/^[\w.@-]{1,100}$/, 'an id has letters, digits, ".", "@", "_" and "-"');
const day = z.iso.date('write a day as YYYY-MM-DD').transform((text) => new Date(`${text}T00:00:00Z`));
const zone = z.string().refine(isTimeZone, 'there is no such time zone');
const accounts = z.strictObject({
  teams: z.string().optional(),
  slack: z.string().optional(),
  web: z.string().optional(),
  /** Object id in Entra. */
  entra: z.string().optional(),
});

const personSchema = z.strictObject({
  id,
  name: z.string().trim().min(1).max(200),
  email: z.email('is no mail address').optional(),
  manager: id.optional(),
  roles: z.array(z.enum(ROLES, `roles are ${ROLES.join(', ')}`)).default(['viewer']),
  groups: z.array(z.string().trim().min(1).max(100)).default([]),
  accounts: accounts.default({}),
  timeZone: zone.optional(),
  locale: z.string().max(20).optional(),
  active: z.boolean().default(true),
  away: z.array(z.strictObject({ from: day, until: day, delegate: id.optional() })).default([]),
});
type FilePerson = z.output<typeof personSchema>;

const scheduleSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  people: z.array(id).min(1),
  startsAt: z.iso.datetime({ offset: true, error: 'write an instant, such as 2026-01-05T08:00:00Z' }),
  turnHours: z.number().positive().max(8_760).default(168),
});

const fileSchema = z.strictObject({
  people: z.array(personSchema).min(1),
  onCall: z.array(scheduleSchema).default([]),
});

/** Reads a YAML organisation file; every mistake is told with its line. */
export function readOrganisationYaml(text: string): OrganisationReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken)
    return {
      ok: false,
      faults: [{ line: broken.linePos?.[0].line ?? 1, message: firstLine(broken.message) }],
    };
  const read = fileSchema.safeParse(document.toJS());
  const lineOf = (path: PropertyKey[]): number => lineOfPath(document, lines, path);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => ({
      line: lineOf(path),
      message: `${path.map(String).join('.') || 'file'}: ${message}`,
    }));
    return { ok: false, faults };
  }
  const { people, onCall } = read.data;
  const faults = inconsistencies(people, onCall, (position, list) => lineOf([list, position]));
  if (faults.length > 0) return { ok: false, faults };
  const schedules = onCall.map(({ name, people: personIds, startsAt, turnHours }) => ({
    name,
    personIds,
    startsAt: new Date(startsAt),
    turnHours,
  }));
  return { ok: true, organisation: { people: people.map(toEntry), schedules } };
}

/**
 * Reads a CSV organisation file: a header with `id,name,email,manager,roles,groups,teams,slack,web,entra,timeZone,locale,active`
 * (all but id and name may be missing); lists are separated by semicolons.
 */
export function readOrganisationCsv(text: string): OrganisationReading {
  const table = readCsv(text);
  const [header, ...rows] = table;
  if (!header) return { ok: false, faults: [{ line: 1, message: 'the file is empty' }] };
  const columns = header.cells.map((cell) => cell.trim());
  const unknown = columns.find((column) => !CSV_COLUMNS.includes(column));
  if (unknown !== undefined) {
    return {
      ok: false,
      faults: [
        { line: 1, message: `there is no column "${unknown}"; columns are ${CSV_COLUMNS.join(', ')}` },
      ],
    };
  }
  const faults: OrganisationFault[] = [];
  const people: FilePerson[] = [];
  const lineOfPerson: number[] = [];
  for (const { line, cells } of rows) {
    if (cells.length !== columns.length) {
      faults.push({ line, message: `has ${cells.length} cells where the header has ${columns.length}` });
      continue;
    }
    const read = personSchema.safeParse(personOf(columns, cells));
    if (read.success) {
      people.push(read.data);
      lineOfPerson.push(line);
    } else {
      faults.push(
        ...read.error.issues.map(({ path, message }) => ({
          line,
          message: `${path.map(String).join('.')}: ${message}`,
        })),
      );
    }
  }
  faults.push(...inconsistencies(people, [], (position) => lineOfPerson[position] ?? 1));
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, organisation: { people: people.map(toEntry), schedules: [] } };
}

const CSV_COLUMNS = [
  'id',
  'name',
  'email',
  'manager',
  'roles',
  'groups',
  'teams',
  'slack',
  'web',
  'entra',
  'timeZone',
  'locale',
  'active',
];

function personOf(columns: string[], cells: string[]): Record<string, unknown> {
  const cell = (name: string): string | undefined => cells[columns.indexOf(name)]?.trim() || undefined;
  const list = (name: string): string[] | undefined =>
    cell(name)
      ?.split(';')
      .map((part) => part.trim())
      .filter(Boolean);
  const active = cell('active')?.toLowerCase();
  return {
    id: cell('id'),
    name: cell('name'),
    email: cell('email'),
    manager: cell('manager'),
    roles: list('roles'),
    groups: list('groups'),
    accounts: { teams: cell('teams'), slack: cell('slack'), web: cell('web'), entra: cell('entra') },
    timeZone: cell('timeZone'),
    locale: cell('locale'),
    active: active === undefined ? undefined : ['true', 'yes', '1'].includes(active),
  };
}

/** What no single entry shows: ids that stand twice or nowhere. */
function inconsistencies(
  people: FilePerson[],
  schedules: z.output<typeof scheduleSchema>[],
  lineOf: (position: number, list: 'people' | 'onCall') => number,
): OrganisationFault[] {
  const known = new Set(people.map((person) => person.id));
  const faults: OrganisationFault[] = [];
  const seen = new Set<string>();
  people.forEach((person, position) => {
    const fault = (message: string): void => void faults.push({ line: lineOf(position, 'people'), message });
    if (seen.has(person.id)) fault(`the id ${person.id} stands there twice`);
    seen.add(person.id);
    if (person.manager && !known.has(person.manager))
      fault(`the manager ${person.manager} of ${person.id} is not in the file`);
    if (person.manager === person.id) fault(`${person.id} is their own manager`);
    for (const { delegate } of person.away)
      if (delegate && !known.has(delegate))
        fault(`the delegate ${delegate} of ${person.id} is not in the file`);
  });
  schedules.forEach(({ name, people: ids }, position) => {
    for (const personId of ids)
      if (!known.has(personId))
        faults.push({
          line: lineOf(position, 'onCall'),
          message: `${personId} of ${name} is not in the file`,
        });
  });
  return faults;
}

function toEntry({
  id,
  name,
  email,
  manager,
  roles,
  groups,
  accounts,
  timeZone,
  locale,
  active,
  away,
}: FilePerson): DirectoryEntry {
  const named = Object.entries(accounts).filter((entry): entry is [DirectoryAccount['channel'], string] =>
    Boolean(entry[1]),
  );
  return {
    id,
    name,
    email,
    managerId: manager,
    roles: roles as Role[],
    groups,
    accounts: named.map(([channel, accountId]) => ({ channel, accountId, strength: 'verified' })),
    timeZone,
    locale,
    active,
    // The last day of an absence counts whole.
    absences: away.map(({ from, until, delegate }): Absence => ({
      from,
      until: new Date(until.getTime() + 86_400_000),
      delegateId: delegate,
    })),
  };
}

function lineOfPath(document: Document, lines: LineCounter, path: PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const firstLine = (message: string): string => message.split('\n')[0] ?? message;
