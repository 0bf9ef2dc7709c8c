import {
  memoryText,
  VERBATIM_TURNS,
  type ConversationMemory,
  type MemoryStore,
  type MemoryTurn,
} from '../core/agents/memory/conversation-memory.js';
import { isAboutConversation, recall } from '../core/agents/memory/recall.js';
import { condenseNotes, remember } from '../core/agents/memory/remember.js';
import type { PromptedModel } from '../core/gateway/prompts/ask-by-prompt.js';
import type { Clock } from '../core/kernel/clock.js';
import {
  conversationKey,
  roomOf,
  type ConversationReference,
} from '../core/kernel/conversation-reference.js';
import { describeError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Turn } from '../core/kernel/turn.js';
import type { PersonalValues } from './personal-values.js';
import { createRecently } from './recently.js';
import type { MemoryDialogDependencies } from '../dialogs/memory/memory-dialog.js';

export interface MemoryOptions {
  store(tenantId: string): MemoryStore;
  /** A text as it may be kept, and what is personal in it. */
  sift: PersonalValues['sift'];
  /** Condenses notes; without one they stay in the words they were said in. */
  mind: PromptedModel | undefined;
  clock: Clock;
  logger: Logger;
}

export interface MemoryRoom extends Omit<MemoryDialogDependencies, 'texts'> {
  /** What a model should know of the conversation and, in a personal chat, of the person. */
  context(turn: Turn): Promise<string>;
  /** Notes what was said and answered; a failure of its own never fails the turn. */
  note(turn: Turn, answered: string): Promise<void>;
  /** Notes what Steward said by itself later, such as a run's end. */
  noteLater(
    tenantId: string,
    conversation: ConversationReference,
    said: { id: string; text: string },
  ): Promise<void>;
}

/** Where something is remembered, and for whom a model condenses it. */
interface Place {
  tenantId: string;
  conversation: ConversationReference;
  personId?: string;
  correlationId: string;
}

const placeOf = ({ tenant, conversation, person, correlationId }: Turn): Place => ({
  tenantId: tenant.id,
  conversation,
  personId: person.id,
  correlationId,
});

const ATTEMPTS = 3;

/** Memory of conversations and people, as dialogs and answers use it. */
export function createMemory({ store, sift, mind, clock, logger }: MemoryOptions): MemoryRoom {
  const of = (turn: Turn): MemoryStore => store(turn.tenant.id);
  const load = (turn: Turn): Promise<ConversationMemory> =>
    of(turn).conversation(conversationKey(turn.conversation));

  const recent = createRecently<ConversationMemory>(clock);
  const keyOf = ({ tenantId, conversation }: Pick<Place, 'tenantId' | 'conversation'>): string =>
    `${tenantId}|${conversationKey(conversation)}`;

  const save = async (place: Place, said: MemoryTurn[]): Promise<void> => {
    const sifted = said.map(({ text }) => sift(place.tenantId, text));
    const turns = said.map((turn, index) => ({ ...turn, text: sifted[index]?.text ?? '' }));
    const personal = sifted.flatMap((each) => each.personal);
    const memories = store(place.tenantId);
    const key = conversationKey(place.conversation);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = recent.get(keyOf(place)) ?? (await memories.conversation(key));
      const after = remember(before, turns, personal);
      if (after === before) return;
      recent.forget(keyOf(place));
      if (!(await memories.saveConversation(key, after))) continue;
      recent.set(keyOf(place), after);
      if (mind && after.foldedLength > before.foldedLength) void condense(place, after);
      return;
    }
  };

  /** A failure of its own never fails what was said. */
  const noteTurns = (place: Place, turns: MemoryTurn[]): Promise<void> =>
    save(place, turns).catch((error: unknown) =>
      logger.warn({ error: describeError(error) }, 'A turn was not remembered.'),
    );

  /** Goes on after the turn; who changed the memory meanwhile has the newer one. */
  const condense = async (place: Place, memory: ConversationMemory): Promise<void> => {
    const { tenantId, personId, conversation, correlationId } = place;
    const key = conversationKey(conversation);
    try {
      const origin = {
        tenantId,
        personId,
        sessionId: key,
        project: roomOf(conversation),
        correlationId,
        purpose: 'summarise',
      };
      const notes = mind && (await condenseNotes(mind, memory.notes, origin));
      if (notes)
        await store(tenantId).saveConversation(key, { ...memory, notes, version: memory.version + 1 });
    } catch (error) {
      logger.info({ error: describeError(error) }, 'Notes of a conversation stay as they were taken.');
    }
  };

  return {
    now: () => clock.now(),
    said: ({ tenant, activity }) => sift(tenant.id, activity.text).text,
    facts: (turn) => of(turn).facts(turn.person.id),
    changeFacts: (turn, change) => of(turn).changeFacts(turn.person.id, change),
    notes: async (turn) => (await load(turn)).notes.map(({ text }) => text),
    forgetConversation: (turn) => {
      recent.forget(keyOf(placeOf(turn)));
      return of(turn).forgetConversation(conversationKey(turn.conversation));
    },
    recall: async (turn) => {
      if (!isAboutConversation(turn.text)) return undefined;
      const found = recall(await load(turn), turn.text);
      return found.length > 0 ? found.map(({ text }) => `> ${text}`).join('\n\n') : undefined;
    },
    context: async (turn) => {
      const memory = await load(turn);
      const isPersonal = turn.conversation.scope === 'personal';
      const facts = isPersonal ? await of(turn).facts(turn.person.id) : [];
      const known =
        facts.length > 0 ? `Known of the person:\n${facts.map(({ text }) => `- ${text}`).join('\n')}\n` : '';
      return known + memoryText({ ...memory, turns: memory.turns.slice(-VERBATIM_TURNS) });
    },
    note: async (turn, answered) => {
      const at = clock.now();
      const turns: MemoryTurn[] = [
        { id: `${turn.id}.p`, by: 'person', text: turn.activity.text, at },
        { id: `${turn.id}.s`, by: 'steward', text: answered, at },
      ];
      await noteTurns(placeOf(turn), turns);
    },
    noteLater: (tenantId, conversation, { id, text }) =>
      noteTurns({ tenantId, conversation, correlationId: id }, [
        { id, by: 'steward', text, at: clock.now() },
      ]),
  };
}
