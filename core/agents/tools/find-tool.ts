import { fold, isFiller, nounOf, verbsOf } from './lexicon.js';
import { readRequests, type AskedDeed } from './read-request.js';
import type { AnyTool } from './tool.js';

export interface FoundTool {
  tool: AnyTool;
  /** Higher says more of what was asked. */
  score: number;
  /** The words of the request itself, which are no part of what it is about. */
  spans: AskedDeed['spans'];
}

/** Signs that a synonym may ask for instead of a word. */
const HINTS = new Set(['url', 'address', 'channel']);

/**
 * Finds the tool that a sentence asks for, without a model. A tool's synonyms are a verb and things ("create ticket");
 * they are found in any wording of the same meaning that asks for a deed. Questions and remarks find nothing.
 * @returns candidates, best first: one, unless several say the same.
 */
export function findTools(text: string, tools: readonly AnyTool[]): FoundTool[] {
  for (const asked of readRequests(text.trim())) {
    const scored = tools
      .filter(({ risk }) => !asked.isQuestion || risk === 'read')
      .map((tool) => ({
        tool,
        score: Math.max(...tool.synonyms.map((phrase) => scoreOf(phrase, asked))),
        spans: asked.spans,
      }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    const best = scored[0]?.score ?? 0;
    if (best > 0) return scored.filter(({ score }) => score === best);
  }
  return [];
}

/** Whole phrases only. A longer phrase says more, a thing that was named first counts more, a hint less than a word. */
function scoreOf(phrase: string, { verbs, things, hints, words }: AskedDeed): number {
  let score = 0;
  for (const word of fold(phrase).split(/[\s-]+/)) {
    if (isFiller(word)) continue;
    const kinds = verbsOf(word);
    const thing = nounOf(word);
    const place = thing === undefined ? -1 : things.indexOf(thing);
    if (HINTS.has(word)) {
      if (!hints.has(word)) return 0;
      score += 0.5;
    } else if (kinds.some((kind) => verbs.has(kind)) && place < 0) score += 1;
    else if (place >= 0) score += 1 - place / 100;
    else if (words.has(word)) score += 1;
    else return 0;
  }
  return score;
}
