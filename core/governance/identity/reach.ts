import type { ConversationReference } from '../../kernel/conversation-reference.js';
import type { PersonRecord } from './people.js';

/**
 * Where a person can be written to: where they write themselves, else a conversation that is opened with them now. Empty
 * when no channel can. Implemented by `bot/reach-people.ts`.
 * @param near where the matter came up: its channel is tried first.
 */
export type Reach = (
  tenantId: string,
  person: PersonRecord,
  near: ConversationReference,
) => Promise<ConversationReference[]>;

/** Somebody whom no chat reached, and whether a mail went out instead. */
export interface Unreached {
  id: string;
  name: string;
  mailed: boolean;
}

/** Those who are still to be told, once some have got a chat. */
export function stillUnreached(
  known: readonly Unreached[] = [],
  added: readonly Unreached[] = [],
  reached: readonly (string | undefined)[] = [],
): Unreached[] {
  const all = new Map([...known, ...added].map((each) => [each.id, each]));
  for (const id of reached) if (id !== undefined) all.delete(id);
  return [...all.values()];
}
