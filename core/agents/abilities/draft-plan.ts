import { readTime, type FoundTime } from '../tools/read-date.js';

export interface DraftedMilestone {
  name: string;
  due: Date;
  /** Whom the goal names for it. */
  owner?: string;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 28;
/** For a goal that names no parts of its own. */
const PHASES: Record<string, string[]> = {
  en: ['Agree on what done means', 'Prepare', 'Carry out', 'Check and hand over'],
  de: ['Klären, was fertig heißt', 'Vorbereiten', 'Durchführen', 'Prüfen und übergeben'],
  es: ['Acordar qué es terminado', 'Preparar', 'Llevar a cabo', 'Comprobar y entregar'],
  fr: ['Convenir de ce que fini veut dire', 'Préparer', 'Réaliser', 'Vérifier et remettre'],
  ja: ['完了の定義を決める', '準備する', '実行する', '確認して引き渡す'],
};
/** "15. März" is a day, not the end of a sentence. */
const SPLIT =
  /\n+|;|。|[.!]\s+(?=\p{Lu})(?!(?<=\b\d{1,2}\.\s+)(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez))|,?\s+(?:and then|then|and|und dann|dann|und|puis|et|luego|y)\s+/iu;
const DATE_WORDS = /[\s,]+(?:by|until|before|on|bis(?: zum)?|am|antes del?|avant le|le|el)\s*[.]?\s*$/i;
/** "(Ana)", "@Ana", "owner: Ana", "assigned to Ana" behind a part, or "Ana: " before it. */
const OWNERS = [
  /\s*[([](?:owner:?\s*)?@?(?<owner>\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+){0,2})[)\]]/u,
  /\s*@(?<owner>\p{L}[\p{L}'’.-]+)/u,
  /\s*,?\s*\b(?:owner|owned by|assigned to|verantwortlich)\s*:?\s+(?<owner>\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+){0,2})/u,
  /^(?<owner>\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?):\s+/u,
];

interface Part {
  name: string;
  due?: Date;
  owner?: string;
}

/**
 * Milestones for a goal: its own parts (lines, sentences, "then", "and") where it names some, else the usual phases. A
 * part that names a day is due on it; the others are spread evenly between their neighbours, up to the last day that is
 * named, or over four weeks.
 */
export function draftPlan(goal: string, now: Date, locale = 'en'): DraftedMilestone[] {
  const parts = partsOf(goal, now);
  const own = parts[0]?.name ?? goal.trim();
  const end = parts.findLast(({ due }) => due)?.due;
  const isSplit = parts.length > 1;
  const named: Part[] = isSplit
    ? parts
    : (PHASES[locale.toLowerCase().split('-')[0] ?? ''] ?? PHASES.en ?? []).map((phase) => ({
        name: `${phase}: ${own}`,
        owner: parts[0]?.owner,
      }));
  const last = named.at(-1);
  if (last && !last.due) last.due = end ?? new Date(now.getTime() + USUAL_DAYS * DAY_MS);
  return spread(named, now);
}

function partsOf(goal: string, now: Date): Part[] {
  return goal
    .replace(/^(?:plan|goal|ziel)\s*:\s*/i, '')
    .split(SPLIT)
    .flatMap((piece) => atCommas(piece, now))
    .map((piece) => readPart(piece, now))
    .filter(({ name }) => name.length > 2);
}

/** A comma parts milestones only where what stands around it has days of its own: "desks, chairs" is one. */
function atCommas(piece: string, now: Date): string[] {
  const pieces = piece.split(/,\s+/);
  return pieces.length > 1 && pieces.every((each) => futureTime(each, now)) ? pieces : [piece];
}

function readPart(piece: string, now: Date): Part {
  const time = futureTime(piece, now);
  let text = (
    time ? `${piece.slice(0, time.start).replace(DATE_WORDS, ' ')} ${piece.slice(time.end)}` : piece
  )
    .replace(/^[\s\-*•\d.)]+/, '')
    .trim();
  let owner: string | undefined;
  for (const pattern of OWNERS) {
    const found = pattern.exec(text);
    if (!found?.groups?.owner) continue;
    owner = found.groups.owner;
    text = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`.trim();
    break;
  }
  const name = text
    .replace(DATE_WORDS, '')
    .replace(/[.,\s]+$/, '')
    .replaceAll(/\s{2,}/g, ' ')
    .trim();
  return { name, due: time?.at, owner };
}

function futureTime(text: string, now: Date): FoundTime | undefined {
  const time = readTime(text, now);
  return time && time.at > now ? time : undefined;
}

/** Parts without a day of their own lie evenly between those that have one. */
function spread(parts: Part[], now: Date): DraftedMilestone[] {
  let from = now.getTime();
  let since = 0;
  return parts.map(({ name, due, owner }, index) => {
    const next = parts.findIndex((part, at) => at >= index && part.due !== undefined);
    const until = parts[next]?.due?.getTime() ?? from;
    const share = (until - from) / (next - index + 1 + since);
    const at = due?.getTime() ?? from + share * (since + 1);
    if (due) {
      from = due.getTime();
      since = 0;
    } else since += 1;
    return { name, due: new Date(at), ...(owner ? { owner } : {}) };
  });
}
