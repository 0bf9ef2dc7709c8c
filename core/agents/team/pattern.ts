import { complexityOf } from '../../gateway/router.js';
import type { AgentDefinition } from '../definition.js';

/** How agents work together on a task. */
export const PATTERNS = ['single', 'pipeline', 'fan-out', 'gate', 'test-driven'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** Who works on a task, in which way, and why. */
export interface Staffing {
  pattern: Pattern;
  /** Names of agents, in the order in which they work. */
  agents: string[];
  /** How hard the task looks, 0 to 1. */
  score: number;
  chosenBy: 'score' | 'person';
}

const SEQUENCE =
  /\b(?:and then|then|afterwards?|after that|finally|first\b[\s\S]{1,200}?\bthen|danach|anschließend|und dann|después|luego|ensuite|puis)\b|その後/iu;
const SEVERAL_VIEWS =
  /\b(?:compare|different (?:views|angles)|from all sides|opinions?|perspectives?|pros and cons|each of|vergleiche?|blickwinkel|perspektiven|compara|points de vue)\b/iu;
const MEASURABLE =
  /\b(?:at (?:most|least)|no (?:more|fewer|less) than|(?:must|should|has to) (?:mention|contain|include|name)|must not|without the words?|höchstens|mindestens|muss (?:\S+ ){0,4}(?:nennen|enthalten)|como máximo|au plus)\b/iu;
const CHECKED =
  /\b(?:check(?:ed)?|verif(?:y|ied)|review(?:ed)?|double-check|make sure|quality|proofread|prüfe|geprüft|sicherstellen|revisa|vérifie)\b/iu;

/** From this score on a task is worth more than one agent. */
const WORTH_A_TEAM = 0.12;
const MOST_AGENTS = 3;

/**
 * Picks agents and pattern for a task. An easy task gets one agent; a harder one gets the pattern that its words ask for:
 * limits that can be measured are tested, a wish for a check gets a gate, an order of deeds a pipeline, several views or
 * several asks a fan-out.
 */
export function staffTask(
  goal: string,
  agents: ReadonlyMap<string, AgentDefinition>,
  wish: { pattern?: Pattern; agents?: string[] } = {},
): Staffing {
  const { score, signals } = complexityOf({ text: goal, toolsNeeded: 1 });
  const byTopic = wish.agents ?? suitingAgents(goal, agents);
  const pattern = wish.pattern ?? patternFor(goal, score, signals.asks, byTopic.length);
  return {
    pattern,
    agents: staffFor(pattern, byTopic, agents),
    score,
    chosenBy: wish.pattern ? 'person' : 'score',
  };
}

function patternFor(goal: string, score: number, asks: number, suiting: number): Pattern {
  if (MEASURABLE.test(goal)) return 'test-driven';
  if (score < WORTH_A_TEAM && !SEVERAL_VIEWS.test(goal) && !CHECKED.test(goal) && !SEQUENCE.test(goal))
    return 'single';
  if (SEQUENCE.test(goal) && suiting > 1) return 'pipeline';
  if (CHECKED.test(goal)) return 'gate';
  if (SEVERAL_VIEWS.test(goal) || asks > 0 || suiting > 1) return 'fan-out';
  return 'gate';
}

/** A pattern that needs company gets it: whoever suits next, or the usual ones. */
function staffFor(
  pattern: Pattern,
  suiting: string[],
  agents: ReadonlyMap<string, AgentDefinition>,
): string[] {
  const usual = ['concierge', 'analyst', 'security-auditor'];
  const all = [...new Set([...suiting, ...usual])].filter((name) => agents.has(name));
  if (pattern === 'pipeline' || pattern === 'fan-out')
    return all.slice(0, Math.max(2, Math.min(MOST_AGENTS, suiting.length)));
  return all.slice(0, 1);
}

/** Agents whose topics a task names, in the order in which it names them. */
export function suitingAgents(goal: string, agents: ReadonlyMap<string, AgentDefinition>): string[] {
  const said = wordsOf(goal);
  return [...agents.values()]
    .map(({ name, title, topics }) => {
      const known = new Set([...topics, title].flatMap(wordsOf));
      return { name, at: said.findIndex((word) => known.has(word)) };
    })
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

const wordsOf = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];

/** What a person calls a pattern. */
export function patternNamed(text: string): Pattern | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  const others: Record<string, Pattern> = {
    fanout: 'fan-out',
    parallel: 'fan-out',
    tdd: 'test-driven',
    tests: 'test-driven',
    check: 'gate',
    alone: 'single',
    one: 'single',
    sequence: 'pipeline',
    nebeneinander: 'fan-out',
    'en-paralelo': 'fan-out',
    'en-parallèle': 'fan-out',
    並行: 'fan-out',
    nacheinander: 'pipeline',
    secuencia: 'pipeline',
    suite: 'pipeline',
    順番: 'pipeline',
    prüfung: 'gate',
    revisión: 'gate',
    contrôle: 'gate',
    検査: 'gate',
    testgetrieben: 'test-driven',
    pruebas: 'test-driven',
    allein: 'single',
    solo: 'single',
    seul: 'single',
    一人: 'single',
  };
  return PATTERNS.find((pattern) => pattern === name) ?? others[name];
}
