import { readTime } from '../../core/agents/tools/read-date.js';

/** What a person wants of a plan, as they wrote it. */
export type PlanCommand =
  | { kind: 'show' }
  | { kind: 'make'; goal: string }
  | { kind: 'close' }
  | { kind: 'done' | 'drop' | 'reopen'; number: number }
  | { kind: 'move'; number: number; due: Date }
  | { kind: 'assign'; number: number; to: string }
  | { kind: 'unclear' };

const WORD = '(?:plan|plane?n?|planifica|planifier|計画)';
const MAKE = [
  new RegExp(`^/?${WORD}\\s*[:：]\\s*(?<goal>[\\s\\S]{3,})$`, 'iu'),
  /^(?:please |can you |could you )?(?:make|draft|write|create|draw up) (?:me |us )?(?:a |the )?(?:project )?plan (?:to|for|of|how to|:)\s*(?<goal>[\s\S]{3,})$/iu,
  /^(?:bitte )?(?:mach|erstelle?|schreibe?) (?:mir |uns )?einen? (?:projekt)?plan,? (?:um|für|zu[mr]?|:)\s*(?<goal>[\s\S]{3,})$/iu,
];
const SHOW =
  /^\/?(?:(?:show |open )?(?:the |my |our )?plan|how is (?:the |our )?plan(?: going)?|(?:zeige? )?(?:den )?plan|計画)\??$/iu;
const CLOSE =
  /^\/?(?:plan (?:close|end|finish(?:ed)?)|(?:close|end) (?:the )?plan|plan (?:schließen|beenden))$/iu;
const PREFIX = /^\/?(?:plan|milestone|meilenstein)\s+(?<rest>[\s\S]+)$/iu;
const VERBS: [PlanCommand['kind'] & ('done' | 'drop' | 'reopen'), RegExp][] = [
  [
    'done',
    /^(?:(?:done|finished|complete[d]?|erledigt)\s+(?<number>\d{1,2})|(?<later>\d{1,2})\s+(?:is\s+)?(?:done|finished|complete[d]?|erledigt))$/iu,
  ],
  ['drop', /^(?:(?:drop|skip|remove)\s+(?<number>\d{1,2})|(?<later>\d{1,2})\s+(?:drop(?:ped)?|skip))$/iu],
  ['reopen', /^(?:reopen\s+(?<number>\d{1,2})|(?<later>\d{1,2})\s+(?:reopen|not done|open))$/iu],
];
const ASSIGN =
  /^(?:assign\s+)?(?<number>\d{1,2})\s+(?:to|owner|an|for)\s+@?(?<to>\p{L}[\p{L}'’. -]{1,80})$/iu;
const MOVE = /^(?:move\s+)?(?<number>\d{1,2})\s+(?:by|until|to|on|bis|due)\s+(?<when>.+)$/iu;

/** Reads a sentence as a plan command; undefined when it is about something else. */
export function readPlanCommand(text: string, now: Date): PlanCommand | undefined {
  const said = text.trim().replace(/[.!]+$/, '');
  if (SHOW.test(said)) return { kind: 'show' };
  if (CLOSE.test(said)) return { kind: 'close' };
  for (const pattern of MAKE) {
    const goal = pattern.exec(text.trim())?.groups?.goal?.trim();
    if (goal) return { kind: 'make', goal };
  }
  const rest = PREFIX.exec(said)?.groups?.rest?.trim();
  if (rest === undefined) return undefined;
  return readChange(rest, now) ?? readGoal(said, rest);
}

function readChange(rest: string, now: Date): PlanCommand | undefined {
  for (const [kind, pattern] of VERBS) {
    const found = pattern.exec(rest)?.groups;
    if (found) return { kind, number: Number(found.number ?? found.later) };
  }
  const moved = MOVE.exec(rest)?.groups;
  const due = moved && readTime(moved.when ?? '', now);
  if (due) return { kind: 'move', number: Number(moved.number), due: due.at };
  const given = ASSIGN.exec(rest)?.groups;
  if (given) return { kind: 'assign', number: Number(given.number), to: (given.to ?? '').trim() };
  return /^(?:done|finished|drop|reopen|move|assign|close|\d+)\b/iu.test(rest)
    ? { kind: 'unclear' }
    : undefined;
}

/** "plan the move by 15 March" is a goal; "plan details?" is a question for the documents. */
function readGoal(said: string, rest: string): PlanCommand | undefined {
  const isGoal = /^\/?plan\b/iu.test(said) && !said.endsWith('?') && rest.split(/\s+/).length >= 3;
  return isGoal ? { kind: 'make', goal: rest } : undefined;
}
