import { z } from 'zod';
import type { Clock } from '../../kernel/clock.js';
import { InvalidInput, NotPermitted, Unavailable } from '../../kernel/errors.js';
import type { OutboundFetch, OutboundResponse } from '../../kernel/outbound-fetch.js';
import { ROLES, type Role } from '../../kernel/person.js';
import type { Organisation } from './organisation-file.js';
import type { Absence, DirectoryEntry } from './people.js';

export interface GraphDirectoryOptions {
  fetch: OutboundFetch;
  token: () => Promise<string>;
  clock: Clock;
  /** `https://graph.microsoft.com`, or a national cloud's address. */
  url?: string;
  /** Names of the groups whose members have a role. */
  roleGroups?: Partial<Record<Role, string>>;
  /** Names of further groups that approval rules speak of. */
  groups?: readonly string[];
}

const DEFAULT_ROLE_GROUPS: Record<Role, string> = {
  admin: 'Steward admins',
  manager: 'Steward managers',
  developer: 'Steward developers',
  approver: 'Steward approvers',
  viewer: 'Steward viewers',
};

const userSchema = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  preferredLanguage: z.string().nullish(),
  manager: z.object({ id: z.string() }).nullish(),
});
const groupSchema = z.object({ id: z.string(), displayName: z.string() });
const memberSchema = z.object({ id: z.string() });
const instantSchema = z.object({ dateTime: z.string(), timeZone: z.string() }).nullish();
const repliesSchema = z.object({
  status: z.enum(['disabled', 'alwaysEnabled', 'scheduled']),
  scheduledStartDateTime: instantSchema,
  scheduledEndDateTime: instantSchema,
});

const MOST_PAGES = 1_000;
const LONGEST_WAIT_MS = 30_000;
const ATTEMPTS = 4;

/**
 * Reads the people of a company from Microsoft Graph: users with their managers, the members of the groups that count,
 * and the out-of-office of everybody who may decide (https://learn.microsoft.com/graph/api/overview).
 * It reads all or nothing: half a directory would let people decide who may not.
 */
export function createGraphDirectory(options: GraphDirectoryOptions): () => Promise<Organisation> {
  const { fetch, token, clock, url = 'https://graph.microsoft.com', groups = [] } = options;
  const roleGroups = { ...DEFAULT_ROLE_GROUPS, ...options.roleGroups };
  const base = `${url.replace(/\/+$/, '')}/v1.0`;

  const get = async (address: string): Promise<OutboundResponse> => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${await token()}`, accept: 'application/json' },
      });
      if (response.status < 300 || response.status === 404) return response;
      if (response.status === 401 || response.status === 403) {
        throw new NotPermitted(
          'governance.graph-denied',
          'Microsoft Graph refuses: the app needs User.Read.All, GroupMember.Read.All and MailboxSettings.Read with admin consent.',
        );
      }
      const mayRetry = (response.status === 429 || response.status >= 500) && attempt < ATTEMPTS;
      if (!mayRetry)
        throw new Unavailable('governance.graph-failed', `Microsoft Graph answered ${response.status}.`);
      const seconds = Number(response.headers.get('retry-after') ?? 2 ** attempt);
      await clock.sleep(Math.min(seconds * 1_000, LONGEST_WAIT_MS));
    }
  };

  const list = async <T>(path: string, schema: z.ZodType<T>): Promise<T[]> => {
    const page = z.object({ value: z.array(schema), '@odata.nextLink': z.string().optional() });
    const all: T[] = [];
    let next: string | undefined = `${base}${path}`;
    for (let pages = 0; next && pages < MOST_PAGES; pages += 1) {
      const { value, '@odata.nextLink': link }: z.output<typeof page> = page.parse((await get(next)).json());
      all.push(...value);
      if (link && !link.startsWith(`${base}/`))
        throw new InvalidInput('governance.graph-link', 'Microsoft Graph named a next page on another host.');
      next = link;
    }
    return all;
  };

  const membersOf = async (name: string): Promise<string[]> => {
    const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
    const [group] = await list(`/groups?$filter=${filter}&$select=id,displayName`, groupSchema);
    if (!group) return [];
    const members = await list(`/groups/${group.id}/transitiveMembers?$select=id&$top=999`, memberSchema);
    return members.map(({ id }) => id);
  };

  const absencesOf = async (id: string): Promise<Absence[]> => {
    const response = await get(`${base}/users/${id}/mailboxSettings/automaticRepliesSetting`);
    if (response.status === 404) return []; // no mailbox
    const replies = repliesSchema.parse(response.json());
    if (replies.status === 'alwaysEnabled')
      return [{ from: clock.now(), until: new Date(clock.now().getTime() + 86_400_000) }];
    const from = instantOf(replies.scheduledStartDateTime);
    const until = instantOf(replies.scheduledEndDateTime);
    return replies.status === 'scheduled' && from && until ? [{ from, until }] : [];
  };

  return async () => {
    const users = await list(
      '/users?$select=id,displayName,mail,userPrincipalName,accountEnabled,preferredLanguage&$expand=manager($select=id)&$top=999',
      userSchema,
    );
    const groupsOf = new Map<string, string[]>();
    const rolesOf = new Map<string, Role[]>();
    const note = <T>(map: Map<string, T[]>, ids: string[], value: T): void => {
      for (const id of ids) map.set(id, [...(map.get(id) ?? []), value]);
    };
    for (const role of ROLES) note(rolesOf, await membersOf(roleGroups[role]), role);
    for (const group of groups) note(groupsOf, await membersOf(group), group);
    const people: DirectoryEntry[] = [];
    for (const user of users) {
      const roles = rolesOf.get(user.id) ?? [];
      const decides = roles.some((role) => role !== 'viewer') || groupsOf.has(user.id);
      people.push({
        id: user.id,
        name: user.displayName ?? user.userPrincipalName ?? user.id,
        email: user.mail ?? user.userPrincipalName ?? undefined,
        roles: roles.length > 0 ? roles : ['viewer'],
        managerId: user.manager?.id,
        locale: user.preferredLanguage ?? undefined,
        groups: groupsOf.get(user.id) ?? [],
        accounts: [{ channel: 'entra', accountId: user.id, strength: 'verified' }],
        absences: decides ? await absencesOf(user.id) : [],
        active: user.accountEnabled !== false,
      });
    }
    return { people, schedules: [] };
  };
}

/** Graph gives the times in the zone it is asked for; UTC unless told otherwise. */
function instantOf(instant: z.output<typeof instantSchema>): Date | undefined {
  if (!instant || instant.timeZone !== 'UTC') return undefined;
  const at = new Date(`${instant.dateTime.replace(/(\.\d{3})\d*$/, '$1').replace(/Z$/, '')}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
