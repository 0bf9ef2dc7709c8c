import { z } from 'zod';
import type { CallOrigin } from '../../gateway/model.js';
import { askByPrompt, type PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import type { PersonalValue } from '../../guardrails/pii/concealment.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import {
  FOLD_BEYOND,
  memoryText,
  VERBATIM_TURNS,
  type ConversationMemory,
  type MemoryNote,
  type MemoryTurn,
} from './conversation-memory.js';
import { takeNotes } from './take-notes.js';

/** Notes are at most this share of what they stand for, */
const SHARE = 0.25;
/** but never cut below, */
const LEAST = 600;
/** and never longer than this many characters. */
const MOST = 6_000;
/** A turn is kept up to here; whoever pastes a document keeps it elsewhere. */
const LONGEST_TURN = 4_000;

/** So many personal values of a conversation are known, the latest. */
const MOST_PERSONAL = 400;

/** Adds turns and what is personal in them; when there are more than twenty, all but the last ten become notes. */
export function remember(
  memory: ConversationMemory,
  turns: MemoryTurn[],
  personal: readonly PersonalValue[] = [],
): ConversationMemory {
  const known = new Set(memory.turns.map(({ id }) => id));
  const fresh = turns
    .filter(({ id, text }) => !known.has(id) && text.trim() !== '')
    .map((turn) => ({ ...turn, text: turn.text.slice(0, LONGEST_TURN) }));
  if (fresh.length === 0) return memory;
  const named = new Set(personal.map(({ value }) => value));
  const values = new Map(
    [...memory.personal.filter(({ value }) => !named.has(value)), ...personal].map((each) => [
      each.value,
      each,
    ]),
  );
  let next = {
    ...memory,
    turns: [...memory.turns, ...fresh],
    personal: [...values.values()].slice(-MOST_PERSONAL),
    version: memory.version + 1,
  };
  if (next.turns.length > FOLD_BEYOND) next = fold(next);
  return next;
}

function fold(memory: ConversationMemory): ConversationMemory {
  const older = memory.turns.slice(0, -VERBATIM_TURNS);
  const foldedLength = memory.foldedLength + older.reduce((sum, { text }) => sum + text.length, 0);
  return {
    ...memory,
    notes: takeNotes(memory.notes, older, longestFor(foldedLength)),
    turns: memory.turns.slice(-VERBATIM_TURNS),
    foldedLength,
  };
}

const longestFor = (foldedLength: number): number =>
  Math.min(MOST, Math.max(LEAST, Math.round(foldedLength * SHARE)));

const note = z.string().trim().min(1).max(300);
const notesSchema = z.object({
  decisions: z.array(note).max(40),
  open: z.array(note).max(40),
  figures: z.array(note).max(40),
  names: z.array(note).max(40),
});

/**
 * Notes in a model's words, from what was taken word for word: shorter, and without what was overtaken. A note with a
 * number that was never said is left out. @returns undefined when the model gives nothing usable.
 */
export async function condenseNotes(
  mind: PromptedModel,
  notes: MemoryNote[],
  origin: CallOrigin,
  signal?: AbortSignal,
): Promise<MemoryNote[] | undefined> {
  const said = memoryText({ notes, turns: [] });
  const latest = notes.at(-1);
  if (!latest) return undefined;
  const marked = markUntrusted({ text: said, origin: 'document', label: 'notes' }, origin.correlationId);
  const read = await askByPrompt(
    mind,
    {
      prompt: 'summarise',
      variables: { notice: UNTRUSTED_NOTICE },
      user: marked,
      tier: 'light',
      origin: { ...origin, purpose: 'summarise' },
      signal,
    },
    notesSchema,
  );
  if (!read.ok) return undefined;
  const numbers = new Set(said.match(NUMBER) ?? []);
  const isTrue = (text: string): boolean => (text.match(NUMBER) ?? []).every((number) => numbers.has(number));
  const { decisions, open, figures, names } = read.value;
  const kinds = { decision: decisions, open, figure: figures, name: names };
  const condensed = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
    kinds[kind].filter(isTrue).map((text): MemoryNote => ({ kind, text, at: latest.at })),
  );
  const length = condensed.reduce((sum, { text }) => sum + text.length, 0);
  return condensed.length > 0 && length < said.length ? condensed : undefined;
}

const NUMBER = /\d+(?:[.,]\d+)*/g;
