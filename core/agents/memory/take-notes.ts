import { createAnalyser } from '../../knowledge/index/words.js';
import type { MemoryNote, MemoryTurn, NoteKind } from './conversation-memory.js';

const DECIDED =
  /\b(?:decided|decision|agreed|approved?|reject(?:ed|s)?|chosen?|chose|confirm(?:ed|s)?|settled|signed off|go(?:ing)? (?:with|for|ahead)|we(?:'ll| will) (?:use|take|move|start|have|buy|rent|keep)|will be responsible|takes? over|postponed|cancell?ed|entschieden|beschlossen|vereinbart|genehmigt|abgelehnt|einigen|decidid[oa]s?|acordad[oa]s?|acordamos|aprobad[oa]s?|décid\w+|convenu\w*|approuv\w+|validé\w*)\b|決定|決めま|決まり|承認/iu;
const OPEN =
  /\b(?:open (?:point|question|item|issue)|still (?:open|need\w*|miss\w+|wait\w+|unclear|to)|to ?-?do|pending|waiting (?:for|on)|not yet|unclear|tbd|tba|follow(?:ing)?[- ]up|remind|need to|needs to|has to|have to|must still|unresolved|outstanding|nobody knows|offen|noch (?:zu|nicht|offen)|ausstehend|unklar|muss noch|warten auf|pendiente|falta|por (?:decidir|hacer)|aún no|à faire|en attente|reste à|pas encore)\b|未定|未解決|待って|まだ/iu;
const FINISHED =
  /\b(?:done|finished|closed|resolved|completed|fixed|solved|settled|erledigt|abgeschlossen|geschlossen|gelöst|terminad[oa]|cerrad[oa]|resuelt[oa]|terminée?|fermée?|résolue?)\b|完了|解決しました/iu;
const FIGURE = /\d|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow)\b/iu;
const NAME =
  /(?<=[\p{L}\p{N},;:()"“”'’-]\s)\p{Lu}[\p{L}'’-]+|[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w+|\b[A-Z]{2,}-\d+\b|^(?!(?:It|That|This|There|He|She|We|They|You|I|What|The|All|Please)\b)(?:\p{Lu}[\p{L}'’-]+ ){1,3}(?:is|was|owns|leads|will|works|ist|es|est)\b/u;
/** Words around what is said. */
const FILLER =
  /^(?:(?:ok(?:ay)?|so|noted|understood|i see|i have noted(?: that)?|all right|well|sure|great|thanks?|thank you|thx|perfect|good|alright|right|yes|no|and|also|by the way|btw|fyi|please note(?: that)?|note that|just to (?:confirm|recap)|hello|hi|hey|i think(?: that)?|i guess|danke|gut|also|gracias|merci|bueno|bon)\b[\s,.!:;-]*)+/iu;
const WEIGHT: Record<NoteKind, number> = { decision: 4, open: 3.5, figure: 2, name: 2 };
/** What people say themselves stands in no document. */
const OWN_WORDS = 3;
/** Characters of one note. */
const MANY = 240;

const { terms } = createAnalyser('en');
const termsOf = (text: string): Set<string> => new Set(terms(text));

/**
 * Takes notes of turns that will not be kept word for word: decisions, open points, figures and names stay, in the words
 * they were said in; greetings, questions that were answered and small talk go. What is said again is kept once, and an
 * open point goes when the task it belongs to is said to be finished.
 * @param longest characters that all notes may have together; the least telling go first.
 */
export function takeNotes(notes: MemoryNote[], turns: MemoryTurn[], longest: number): MemoryNote[] {
  let kept = notes.map((note) => ({ note, weight: WEIGHT[note.kind] + OWN_WORDS }));
  for (const [position, turn] of turns.entries()) {
    const isAnswered = turn.by === 'person' && turns[position + 1]?.by === 'steward';
    if (FINISHED.test(turn.text) && !OPEN.test(turn.text)) kept = withoutFinished(kept, turn.text);
    for (const note of notesOf(turn, isAnswered)) {
      const weight = WEIGHT[note.kind] + (turn.by === 'person' ? OWN_WORDS : 0);
      kept = withNote(kept, { note, weight });
    }
  }
  return withinLength(kept, longest);
}

interface Weighed {
  note: MemoryNote;
  weight: number;
}

/** Sentences and list items, a part of an over-long one. */
export const sentencesIn = (text: string): string[] =>
  text
    .replaceAll(/\[\d{1,2}\]/g, '')
    .split(/(?<=[.!?。！？])\s+|(?<=[。！？])|\n+/u)
    .map((sentence) => sentence.replace(/^[\s>*#-]+/, '').trim())
    .filter((sentence) => sentence.length > 2);

/** One note of what a turn leaves open and one of what it settles: sentences of one turn explain each other. */
function notesOf(turn: MemoryTurn, isAnswered: boolean): MemoryNote[] {
  const noted = sentencesIn(turn.text).flatMap((sentence) => noteOf(sentence, turn, isAnswered) ?? []);
  return [noted.filter(({ kind }) => kind === 'open'), noted.filter(({ kind }) => kind !== 'open')].flatMap(
    (notes) => {
      const [first] = [...notes].sort((a, b) => WEIGHT[b.kind] - WEIGHT[a.kind]);
      return first
        ? [
            {
              ...first,
              text: notes
                .map(({ text }) => text)
                .join(' ')
                .slice(0, MANY),
            },
          ]
        : [];
    },
  );
}

function noteOf(sentence: string, { at }: MemoryTurn, isAnswered: boolean): MemoryNote | undefined {
  const isQuestion = /[?？]\s*$/.test(sentence);
  if (isQuestion && isAnswered) return undefined;
  const bare = sentence.replace(FILLER, '');
  const text = (bare.length > 2 ? bare : sentence).slice(0, MANY).trim();
  const kind: NoteKind | undefined = OPEN.test(text)
    ? 'open'
    : DECIDED.test(text) && !isQuestion
      ? 'decision'
      : FIGURE.test(text)
        ? 'figure'
        : NAME.test(text)
          ? 'name'
          : undefined;
  return kind && { kind, text: text.charAt(0).toUpperCase() + text.slice(1), at };
}

/** What a note says already is not said again; a note that says less than the new one gives way to it. */
function withNote(kept: Weighed[], fresh: Weighed): Weighed[] {
  const said = termsOf(fresh.note.text);
  if (kept.some(({ note }) => isWithin(said, termsOf(note.text)))) return kept;
  return [...kept.filter(({ note }) => !isWithin(termsOf(note.text), said)), fresh];
}

const isWithin = (small: Set<string>, large: Set<string>): boolean =>
  small.size > 0 && [...small].every((term) => large.has(term));

/** Open points that speak of what is finished: of the same reference, or mostly in the same words. */
function withoutFinished(kept: Weighed[], finished: string): Weighed[] {
  const references = new Set(finished.match(REFERENCE) ?? []);
  const said = termsOf(finished);
  return kept.filter(({ note: { kind, text } }) => {
    if (kind !== 'open') return true;
    if ((text.match(REFERENCE) ?? []).some((reference) => references.has(reference))) return false;
    const point = [...termsOf(text)];
    return point.filter((term) => said.has(term)).length < Math.max(2, point.length / 2);
  });
}

const REFERENCE = /\b[A-Z]{2,}-\d+\b|#\d+/g;

function withinLength(kept: Weighed[], longest: number): MemoryNote[] {
  const worth = ({ note, weight }: Weighed, position: number): number =>
    weight +
    (FIGURE.test(note.text) ? 1 : 0) +
    (NAME.test(note.text) ? 1 : 0) +
    // short notes say as much in less room, later ones hold longer
    position / kept.length -
    note.text.length / MANY;
  const ranked = kept
    .map((each, position) => ({ ...each, position, worth: worth(each, position) }))
    .sort((a, b) => b.worth - a.worth);
  let length = 0;
  const fitting = ranked.filter(({ note }) => {
    if (length + note.text.length > longest) return false;
    length += note.text.length;
    return true;
  });
  return fitting.sort((a, b) => a.position - b.position).map(({ note }) => note);
}
