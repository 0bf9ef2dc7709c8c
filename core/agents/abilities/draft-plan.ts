import { readTime } from '../tools/read-date.js';

export interface DraftedMilestone {
  name: string;
  due: Date;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 28;
/** For a goal that names no parts of its own. */
const PHASES = ['Agree on what done means', 'Prepare', 'Carry out', 'Check and hand over'];

/**
 * Milestones for a goal: its own parts (lines, "then", "and") where it names some, else the usual phases, spread evenly up
 * to the day that it names, or over four weeks.
 */
export function draftPlan(goal: string, now: Date): DraftedMilestone[] {
  const time = readTime(goal, now);
  const text = time ? `${goal.slice(0, time.start)} ${goal.slice(time.end)}` : goal;
  const parts = text
    .split(/\n+|;|,?\s+(?:and then|then|and|und dann|dann|und|puis|et|luego|y)\s+/iu)
    .map((part) => part.replace(/^[\s\-*\d.)]+/, '').replace(/\s+(?:by|until|before|bis)\s*[.]?\s*$/i, ''))
    .map((part) => part.replace(/[.\s]+$/, '').trim())
    .filter((part) => part.length > 2);
  const own = parts[0] ?? goal.trim();
  const names = parts.length > 1 ? parts : PHASES.map((phase) => `${phase}: ${own}`);
  const end = time && time.at > now ? time.at : new Date(now.getTime() + USUAL_DAYS * DAY_MS);
  const share = (end.getTime() - now.getTime()) / names.length;
  return names.map((name, index) => ({ name, due: new Date(now.getTime() + share * (index + 1)) }));
}
