import type { PersonalValue } from '../../guardrails/pii/concealment.js';

/** One contribution to a conversation. */
export interface MemoryTurn {
  /** Same id, same contribution: a turn that is run again is not noted twice. */
  id: string;
  by: 'person' | 'steward';
  text: string;
  at: Date;
}

export type NoteKind = 'decision' | 'open' | 'figure' | 'name';

/** What is kept of a contribution that is no longer there word for word. */
export interface MemoryNote {
  kind: NoteKind;
  text: string;
  at: Date;
}

/** What is remembered of one conversation: the latest turns as they were, notes of all before them. */
export interface ConversationMemory {
  notes: MemoryNote[];
  turns: MemoryTurn[];
  /** What was found in it that no model may see: it is hidden again wherever it stands. */
  personal: PersonalValue[];
  /** Characters of the turns that the notes stand for. */
  foldedLength: number;
  /** Counts changes; a change is only written on the version it was made from. */
  version: number;
}

export const EMPTY_MEMORY: ConversationMemory = {
  notes: [],
  turns: [],
  personal: [],
  foldedLength: 0,
  version: 0,
};

/** Turns that stay as they were. */
export const VERBATIM_TURNS = 10;
/** Beyond so many turns the older ones become notes. */
export const FOLD_BEYOND = 20;

/** Something that a person wants to be known of them. */
export interface PersonFact {
  text: string;
  at: Date;
}

/** What is remembered, of one tenant. Implemented by `storage/mongo/memory-repository.ts`. */
export interface MemoryStore {
  conversation(key: string): Promise<ConversationMemory>;
  /** @returns false when somebody else changed it first. */
  saveConversation(key: string, memory: ConversationMemory): Promise<boolean>;
  forgetConversation(key: string): Promise<void>;
  facts(personId: string): Promise<PersonFact[]>;
  /** Changes the facts by `change`, made again on what others wrote meanwhile. */
  changeFacts(personId: string, change: (facts: PersonFact[]) => PersonFact[]): Promise<PersonFact[]>;
}

const HEADINGS: Record<NoteKind, string> = {
  decision: 'Decided',
  open: 'Open',
  figure: 'Figures and dates',
  name: 'People and names',
};

/** The memory as a model reads it: notes by kind, then the latest turns. */
export function memoryText({ notes, turns }: Pick<ConversationMemory, 'notes' | 'turns'>): string {
  const kinds = Object.keys(HEADINGS) as NoteKind[];
  const groups = kinds.flatMap((kind) => {
    const lines = notes.filter((note) => note.kind === kind).map(({ text }) => `- ${text}`);
    return lines.length > 0 ? [`${HEADINGS[kind]}:\n${lines.join('\n')}`] : [];
  });
  const latest = turns.map(({ by, text }) => `${by === 'person' ? 'Person' : 'Steward'}: ${text}`);
  return [...groups, ...latest].join('\n');
}
