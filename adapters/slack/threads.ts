import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { SlackPlace } from './installation.js';
import type { JoinedAs, ThreadMemory } from './options.js';
import { channelOwner, placeOf, type SlackOrigin } from './place.js';
import type { Workspaces } from './workspaces.js';

const MAX_KNOWN = 50_000;

/** A thread is one, through whichever workspace of an organisation Slack tells of it. */
const threadKey = (place: SlackPlace, channel: string, thread: string): string =>
  [channelOwner(place), channel, thread].join('|');

/** Threads of channels that Steward takes part in, and through which workspace. */
export interface Threads {
  /** Where a thread is at home, of several workspaces that share its channel; undefined where Steward takes no part. */
  find(origin: SlackOrigin, channel: string, thread: string): Promise<SlackOrigin | undefined>;
  /** The same as far as this process remembers; undefined where the store has to be asked. */
  peek(origin: SlackOrigin, channel: string, thread: string): SlackOrigin | undefined;
  /** From now on Steward takes part. Where it does already, the thread stays at home where it was. */
  join(conversation: ConversationReference): Promise<void>;
}

/** Remembers joined threads in this process as well, so that most questions need no look into the store. */
export function createThreads(store: ThreadMemory, workspaces: Pick<Workspaces, 'knows' | 'peek'>): Threads {
  const joined = new Map<string, JoinedAs>();
  const note = (key: string, as: JoinedAs): void => {
    if (joined.size >= MAX_KNOWN) joined.clear();
    joined.set(key, as);
  };

  const remembered = async (key: string): Promise<JoinedAs | undefined> => {
    const known = joined.get(key);
    if (known) return known;
    const stored = await store.find(key);
    if (stored) note(key, stored);
    return stored;
  };

  /** Where a thread is at home that was joined through another workspace than the one that Slack names. */
  const elsewhere = (as: JoinedAs, origin: SlackOrigin): SlackOrigin | undefined =>
    as.teamId && as.teamId !== origin.teamId && origin.enterpriseId
      ? { ...as, isOrgInstall: as.isOrgInstall === true, enterpriseId: origin.enterpriseId }
      : undefined;

  return {
    find: async (origin, channel, thread) => {
      const as = await remembered(threadKey(origin, channel, thread));
      const home = as && elsewhere(as, origin);
      return home && (await workspaces.knows(home)) ? home : as && origin;
    },
    peek: (origin, channel, thread) => {
      const as = joined.get(threadKey(origin, channel, thread));
      const home = as && elsewhere(as, origin);
      if (!home) return as && origin;
      const isKnown = workspaces.peek(home);
      return isKnown === undefined ? undefined : isKnown ? home : origin;
    },
    join: async (conversation) => {
      const { scope, conversationId, threadId, botId } = conversation;
      if (scope === 'personal' || !threadId) return;
      const place = placeOf(conversation);
      const key = threadKey(place, conversationId, threadId);
      if (joined.has(key)) return;
      const { teamId, isOrgInstall } = place;
      note(key, await store.add(key, { teamId, isOrgInstall, ...(botId ? { botUserId: botId } : {}) }));
    },
  };
}
