import type { ConceptHit } from './concepts.js';

/** A pattern of meanings that is an attack in almost any wording. */
interface MeaningRule {
  id: string;
  /** Meanings that have to stand in one sentence, in any order, close to each other. */
  all: string[];
  /** How sure the rule is, as a floor of the score. */
  floor: number;
  reach: number;
}

/**
 * Rules name what was found for the operator; a floor lifts the score only where the pattern hardly ever occurs in
 * ordinary work.
 */
const MEANING_RULES: MeaningRule[] = [
  { id: 'override', all: ['override', 'prior', 'instruction'], floor: 0, reach: 8 },
  { id: 'prompt-extraction', all: ['reveal', 'systemprompt'], floor: 0, reach: 8 },
  { id: 'secret-extraction', all: ['reveal', 'secret'], floor: 0, reach: 7 },
  { id: 'persona', all: ['persona', 'norefuse'], floor: 0, reach: 14 },
  { id: 'persona', all: ['persona', 'mode'], floor: 0, reach: 14 },
  { id: 'persona', all: ['persona', 'ainame'], floor: 0, reach: 14 },
  { id: 'no-limits', all: ['mode', 'norefuse'], floor: 0, reach: 14 },
  { id: 'forced-answer', all: ['outforce', 'override'], floor: 0, reach: 12 },
  { id: 'addressed-to-assistant', all: ['targetai', 'override'], floor: 0, reach: 14 },
  { id: 'addressed-to-assistant', all: ['targetai', 'exfil'], floor: 0, reach: 14 },
  { id: 'concealment', all: ['conceal', 'exfil'], floor: 0, reach: 16 },
  { id: 'concealment', all: ['conceal', 'action'], floor: 0, reach: 16 },
  { id: 'new-orders', all: ['roletag', 'instruction'], floor: 0, reach: 14 },
];

interface TextRule {
  id: string;
  pattern: RegExp;
  floor: number;
}

const TEXT_RULES: TextRule[] = [
  {
    id: 'chat-template',
    pattern: /<\|im_(?:start|end)\|>|<\|(?:system|endoftext)\|>|\[\/?INST\]|<<\/?SYS>>|<start_of_turn>/i,
    floor: 0.75,
  },
  {
    id: 'role-line',
    pattern:
      /(?:^|\n)[ \t#*>[]{0,5}(?:system|developer)[\])*]{0,3}\s?:\s?\S[^\n]{0,200}\b(?:you|ignore|must|now|reveal|user)\b/i,
    floor: 0,
  },
  {
    id: 'data-in-link',
    pattern: /!?\[[^\]\n]{0,100}\]\(https?:\/\/[^)\s]{1,200}(?:\{|\[|%7b|<)[a-z _.-]{2,40}/i,
    floor: 0.6,
  },
  {
    id: 'anything-now',
    pattern: /\bdo anything now\b|\bDAN mode\b|\bjailbr(?:eak|oken) mode\b/i,
    floor: 0.6,
  },
];

/** What a rule says about a text. */
export interface RuleFinding {
  id: string;
  floor: number;
}

/** Applies all rules to a normalised text and the meanings found in it; each id at most once, its highest floor. */
export function applyInjectionRules(text: string, hits: readonly ConceptHit[]): RuleFinding[] {
  const floors = new Map<string, number>();
  const note = (id: string, floor: number): void => {
    floors.set(id, Math.max(floor, floors.get(id) ?? 0));
  };
  for (const rule of MEANING_RULES) if (standTogether(rule, hits)) note(rule.id, rule.floor);
  for (const rule of TEXT_RULES) if (rule.pattern.test(text)) note(rule.id, rule.floor);
  return [...floors].map(([id, floor]) => ({ id, floor }));
}

function standTogether(rule: MeaningRule, hits: readonly ConceptHit[]): boolean {
  const wanted = hits.filter((hit) => rule.all.includes(hit.concept));
  for (let first = 0; first < wanted.length; first += 1) {
    const start = wanted[first]?.token ?? 0;
    const near = new Set<string>();
    for (let next = first; next < wanted.length; next += 1) {
      const hit = wanted[next];
      if (!hit || hit.token - start > rule.reach) break;
      near.add(hit.concept);
    }
    if (near.size === rule.all.length) return true;
  }
  return false;
}
