import { createAnalyser } from '../../knowledge/index/words.js';
import { sentencesIn } from './take-notes.js';
import type { ConversationMemory } from './conversation-memory.js';

/** Something that was said in the conversation. */
export interface Recalled {
  text: string;
  /** 0 to 1: how much of the question it speaks of. */
  share: number;
}

/** A question about the conversation itself, not about the documents. */
const ABOUT_US =
  /\b(?:(?:did|have|had) (?:we|i|you) (?:[\p{L}']+ ){0,3}?(?:decide|agree|sa(?:y|id)|choos|chos|talk|discuss|mention|t(?:ell|old)|settle|plan|pick)\w*|(?:we|i|you) (?:decided|agreed|said|discussed|mentioned|chose|settled)|remind me (?:what|who|when|which|how|where)|(?:in|of) this (?:chat|conversation)|our open points?|(?:haben|hatten) wir|(?:habe|hatte) ich|erinnere mich|in diesem gespräch|unsere offenen punkte|(?:hemos|dijimos|acordamos|decidimos)|recuérdame|esta conversación|avons-nous|on a (?:dit|décidé)|rappelle-moi|cette conversation)(?!\p{L})|さっき|この会話|決めましたか|話しましたか/iu;

export const isAboutConversation = (question: string): boolean => ABOUT_US.test(question);

const ASKS_NUMBER =
  /\b(?:how (?:much|many|long|big|old)|what (?:date|day|time|budget|price|number)|which (?:date|day)|when|wie ?viel\w*|wann|cuánt\w+|cuándo|combien|quand)\b|いくら|いつ|何/iu;
const ASKS_NAME = /\b(?:who|whom|whose|wer|wen|wem|quién|qui)\b|誰/iu;
const { terms } = createAnalyser('en');
/** Words of a question about the conversation that say nothing of its subject. */
const ASKING = new Set(
  terms(
    'decide decided agree agreed say said talk discuss mention tell told settle remind earlier conversation chat',
  ),
);
const LEAST_SHARE = 0.34;

const LONGEST = 300;

/** A turn without its questions; a question answers nothing. */
const statementsIn = (text: string): string =>
  sentencesIn(text)
    .filter((sentence) => !/[?？]\s*$/.test(sentence))
    .join(' ')
    .slice(0, LONGEST);

/** What was said that answers a question best, best first; nothing when nothing speaks of its subject. */
export function recall({ notes, turns }: ConversationMemory, question: string, most = 2): Recalled[] {
  const asked = [...new Set(terms(question).filter((term) => !ASKING.has(term)))];
  if (asked.length === 0) return [];
  const said = [
    ...notes.map(({ text }) => text),
    ...turns.map(({ text }) => statementsIn(text)).filter((text) => text !== ''),
  ];
  const inMany = new Map<string, number>();
  const termSets = said.map((text) => new Set(terms(text)));
  for (const set of termSets) for (const term of set) inMany.set(term, (inMany.get(term) ?? 0) + 1);
  const weight = (term: string): number => Math.log(1 + said.length / (inMany.get(term) ?? said.length));
  const whole = asked.reduce((sum, term) => sum + (inMany.has(term) ? weight(term) : Math.log(2)), 0);
  const scored = said.map((text, position) => {
    const shared = asked
      .filter((term) => termSets[position]?.has(term))
      .reduce((sum, term) => sum + weight(term), 0);
    const share = shared / whole;
    const fits =
      (ASKS_NUMBER.test(question) && /\d/.test(text) ? 0.15 : 0) +
      (ASKS_NAME.test(question) && /\p{Lu}\p{Ll}+/u.test(text.slice(1)) ? 0.1 : 0);
    // of two that fit alike the later one holds
    return { text, share, score: share + (share > 0 ? fits : 0) + position / (said.length * 50) };
  });
  return scored
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.score - a.score)
    .filter(({ text }, position, all) => all.findIndex((other) => other.text === text) === position)
    .slice(0, most)
    .map(({ text, share }) => ({ text, share: Math.min(1, share) }));
}
