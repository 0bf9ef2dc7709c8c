import type { Activity } from '../../core/kernel/activity.js';
import { conversationKey, type ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Afterwork } from './acknowledgement.js';
import type { ConversationMemory } from './options.js';
import type { Threads } from './threads.js';

export interface NotedOptions {
  references: ConversationMemory;
  threads: Pick<Threads, 'join'>;
  afterwork: Afterwork;
}

const MAX_KNOWN_CONVERSATIONS = 20_000;

/** Remembers where Steward was addressed, so that it can write there later, and follows there without a mention. */
export function createNoted({ references, threads, afterwork }: NotedOptions): (activity: Activity) => void {
  const remember = createReferenceKeeper(references);
  return (activity) => {
    if (activity.kind === 'uninstall') return;
    afterwork.do('Remembering a conversation', () => remember(activity));
    // From the first mention on, a channel's thread is Steward's as well.
    if (activity.addressed) afterwork.do('Remembering a thread', () => threads.join(activity.conversation));
  };
}

/** Saves a conversation when it is new to this process. */
function createReferenceKeeper(references: ConversationMemory): (activity: Activity) => Promise<void> {
  const known = new Set<string>();
  return async ({ conversation }) => {
    const reference = withoutThread(conversation);
    const key = conversationKey(reference);
    if (known.has(key)) return;
    await references.save(reference);
    if (known.size >= MAX_KNOWN_CONVERSATIONS) known.clear();
    known.add(key);
  };
}

function withoutThread({
  threadId: _thread,
  extra,
  ...reference
}: ConversationReference): ConversationReference {
  const { askedBy: _askedBy, askedByTeam: _askedByTeam, ...rest } = extra ?? {};
  return { ...reference, ...(Object.keys(rest).length > 0 ? { extra: rest } : {}) };
}
