import type { Passage } from '../../kernel/answer.js';
import { withoutBullets } from '../index/sentences.js';
import { type Fact, entityKey } from './fact.js';

/** A person's name: two to four words with capitals. */
const NAME = String.raw`\p{Lu}[\p{Ll}'’-]+(?:\s\p{Lu}[\p{Ll}'’-]+){1,3}`;
/** A role, a desk, a team: lower case, up to six words, maybe with a name of its own in it. */
const ROLE = String.raw`(?:[\p{L}-]+\s){0,5}(?:officer|manager|director|head|head of [\p{L} ]{2,30}|desk|lead|commander|coordinator|owner|nurse|team|line|number)`;

/** "The plant safety officer is Dagmar Kuhn", "Head of finance: Tomasz Wilk". */
const ROLE_IS_NAME = new RegExp(
  String.raw`(?:^|[.;:]\s+|\b[Tt]he\s+|\b[Dd](?:er|ie|as)\s+)(${ROLE})\s*(?:is|ist|:)\s+(${NAME})`,
  'gu',
);
/** "tell the compliance officer, Helena Brandt, or …" */
const ROLE_COMMA_NAME = new RegExp(String.raw`\b[Tt]he\s+(${ROLE}),\s+(${NAME})(?=[,.;)]|$)`, 'gu');
const SOME_ROLE =
  /officer|manager|director|head|desk|lead|commander|coordinator|owner|nurse|team|line|number/;
/** "Dagmar Kuhn, extension 1150", "the security desk at once: extension 2222", "the reporting line at extension 2999". */
const TELEPHONE = new RegExp(
  String.raw`(?:\b[Tt]he\s+([\p{L}][\p{L} -]{2,40}?)|(${NAME}))(?:,|\s+at(?:\s+once)?)?:?\s+(extension\s+\d{3,5})`,
  'gu',
);
const MAX_OBJECT = 160;

/** Raised when the rules draw other facts than before, so that kept ones are drawn anew. */
export const RULES_VERSION = 1;

/**
 * The rules that need no model: rows of tables, `name: value` lines, "the X is Y", "the X, Y,", telephone extensions, and
 * references to other pages by their title. They state only what stands there word for word.
 */
export function extractFacts(passage: Passage): Fact[] {
  const { id: passageId, documentId } = passage;
  const facts = new Map<string, Fact>();
  const state = (subject: string, relation: string, object: string): void => {
    const fact = { subject: tidy(subject), relation, object: tidy(object), passageId, documentId };
    if (!isEntity(fact.subject) || !fact.object || fact.object.length > MAX_OBJECT || fact.object === '-')
      return;
    if (entityKey(fact.subject) === entityKey(fact.object)) return;
    facts.set(`${entityKey(fact.subject)}\n${relation}\n${entityKey(fact.object)}`, fact);
  };
  const lines = withoutBullets(passage.text).split('\n');
  tableFacts(lines, state);
  for (const line of lines) {
    if (line.includes(' | ')) continue;
    const [, key = '', value = ''] = /^([^:.]{3,60}):\s+([^:]{2,120})$/.exec(line) ?? [];
    if (/^\p{Lu}/u.test(key) && value.split(' ').length <= 8 && !value.startsWith('extension ')) {
      state(key, 'is', value);
    }
    if (SOME_ROLE.test(line)) {
      for (const [, role = '', name = ''] of line.matchAll(ROLE_IS_NAME)) state(role, 'is', name);
      for (const [, role = '', name = ''] of line.matchAll(ROLE_COMMA_NAME)) state(role, 'is', name);
    }
    if (line.includes('extension ')) {
      for (const [, desk, name, extension = ''] of line.matchAll(TELEPHONE)) {
        state(name ?? nounAtEnd(desk ?? ''), 'telephone', extension);
      }
    }
    if (/page|chapter|list/i.test(line)) {
      for (const [, title = ''] of line.matchAll(REFERENCE)) state(passage.title, 'refers to', title);
    }
  }
  return [...facts.values()];
}

/** "see the page on incident response", "the expenses page", "in the table of the on-call page". */
const REFERENCE =
  /\b(?:page|pages|chapter|list)\s+(?:on|of|about)\s+([\p{L}][\p{L}\s/-]{2,40}?)(?=[.,;)]|\s+(?:apply|and|or|is|are|for|in)\b|$)/giu;

type State = (subject: string, relation: string, object: string) => void;

/** A row is about its first cell; a number or code alone is named by its column: `Cost centre 4100`. */
function tableFacts(lines: string[], state: State): void {
  let header: string[] | undefined;
  for (const line of lines) {
    if (!line.includes(' | ')) {
      header = undefined;
      continue;
    }
    const cells = line.split(' | ');
    if (!header) {
      header = cells;
      continue;
    }
    const [first = ''] = cells;
    const subject = /\p{L}{2}/u.test(first) ? first : `${header[0] ?? ''} ${first}`;
    for (const [column, cell] of cells.entries()) {
      const relation = header[column]?.toLowerCase();
      if (column > 0 && relation) state(subject, relation, cell);
    }
  }
}

const tidy = (text: string): string =>
  text
    .replace(/^(?:the|a|an|der|die|das)\s+/i, '')
    .replace(/\s+/g, ' ')
    .replace(/[.,;:]+$/, '')
    .trim();

/** "plant safety officer is Dagmar Kuhn" -> "Dagmar Kuhn"; nothing when no noun is at the end. */
const nounAtEnd = (words: string): string => {
  const noun = words.split(/\b(?:is|are|was)\s/).pop() ?? '';
  return /\b(?:to|by|or|and|at)$/.test(noun) ? '' : noun;
};

const isEntity = (text: string): boolean => {
  const key = entityKey(text);
  return key.length >= 3 && key.length <= 80 && /\p{L}/u.test(key);
};
