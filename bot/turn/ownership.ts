import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationOwners } from '../../storage/mongo/conversation-owners.js';
import type { Replica } from '../../storage/mongo/replicas.js';

const IDLE_MS = 15_000;

/** The conversations that this process runs. One that is in use is kept, so a busy conversation costs no writes. */
export interface Ownership {
  /** @returns the process that runs the conversation; this one if it was free. */
  ownerOf(tenantId: string, conversation: string): Promise<string>;
  /** Lets go of conversations that were not used for a while. */
  releaseIdle(isBusy: (conversation: string) => boolean): Promise<void>;
  releaseAll(): Promise<void>;
  /** Lets go of what processes held that have died. */
  releaseDead(): Promise<void>;
}

export function createOwnership(owners: ConversationOwners, replica: Replica, clock: Clock): Ownership {
  const mine = new Map<string, number>();
  const claims = new Map<string, Promise<string>>();

  const claim = async (tenantId: string, conversation: string): Promise<string> => {
    const owner = await owners.claim(tenantId, conversation, replica.id, replica.dead);
    if (owner === replica.id) mine.set(conversation, clock.now().getTime());
    else mine.delete(conversation);
    return owner;
  };
  const release = async (conversations: string[]): Promise<void> => {
    for (const conversation of conversations) mine.delete(conversation);
    await owners.release(conversations, replica.id);
  };

  return {
    ownerOf: async (tenantId, conversation) => {
      // After a long silence another process may have taken it over.
      if (mine.has(conversation) && replica.isSure()) {
        mine.set(conversation, clock.now().getTime());
        return replica.id;
      }
      const running =
        claims.get(conversation) ?? claim(tenantId, conversation).finally(() => claims.delete(conversation));
      claims.set(conversation, running);
      return running;
    },
    releaseIdle: (isBusy) => {
      const before = clock.now().getTime() - IDLE_MS;
      return release(
        [...mine].filter(([key, usedAt]) => usedAt < before && !isBusy(key)).map(([key]) => key),
      );
    },
    releaseAll: () => release([...mine.keys()]),
    releaseDead: async () => owners.releaseDead(await replica.living(), replica.dead),
  };
}
