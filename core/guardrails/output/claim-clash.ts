import { contentWords, splitSentences, type ContentWord } from './text-overlap.js';

/** A stretch between commas and conjunctions: what is said of one thing. */
interface Clause {
  stems: Set<string>;
  names: Set<string>;
  /** Number to the word that says of what. */
  numbers: Map<string, string | undefined>;
  negates: boolean;
  /** Words of closed families (months, units, directions, ...) by family. */
  members: Map<number, Set<string>>;
  words: Set<string>;
  /** A sentence whose clauses stand beside it. */
  isWhole: boolean;
}

/** What passages say, sentence by sentence and clause by clause: the clauses in which a stem stands. */
export interface ClauseIndex {
  places: Map<string, Clause[]>;
}

/** A list of a thousand clauses is no claim; nobody reads beyond these, and the work stays bounded. */
const MOST_CLAUSES = 40;
/** The same for a sentence of the source, and for the places of one word. */
const MOST_PLACES = 300;

/**
 * Families whose members exclude each other: who says one of them where the source has another contradicts it. A bar
 * separates families, a slash words that mean the same.
 */
const FAMILIES = `january|february|march|april|may|june|july|august|september|october|november|december
monday|tuesday|wednesday|thursday|friday|saturday|sunday
second/seconds/sec|minute/minutes/min|hour/hours|day/days/daily|week/weeks/weekly|month/months/monthly|quarter/quarterly|year/years/yearly/annual/annually
g/gram/grams|kg/kilogram/kilograms/kilo/kilos|t/ton/tons/tonnes
mm|cm|m/metre/metres/meter/meters|km/kilometre/kilometres/kilometers|mile/miles|foot/feet/ft
euro/euros/eur|dollar/dollars/usd|pound/pounds/gbp|franc/francs/chf|yen/jpy
before/until|after/since
first/1st|second/2nd|third/3rd|economy|business
always|never|sometimes
spring|summer|autumn|winter
morning|afternoon|evening|night
red|blue|green|yellow|black|white
phone/telephone/call|e-mail/email/mail|portal|post/letter
kb|mb|gb|tb
north|south|east|west
employee/employees/staff/worker/workers|contractor/contractors/freelancer/freelancers|intern/interns/trainee/trainees|apprentice/apprentices|visitor/visitors/guest/guests|customer/customers/client/clients|supplier/suppliers/vendor/vendors|volunteer/volunteers|pensioner/pensioners/retiree/retirees
full-time/full-timers|part-time/part-timers`
  .split('\n')
  .flatMap((line, family) =>
    line.split('|').flatMap((member) => member.split('/').map((word) => [word, { family, member }] as const)),
  );
const MEMBER = new Map<string, { family: number; member: string }[]>();
for (const [word, place] of FAMILIES) MEMBER.set(word, [...(MEMBER.get(word) ?? []), place]);

const NEGATOR =
  /\b(?:not|no|never|none|neither|nor|without|cannot|[a-z]+n't|except|excluded?|exclud(?:es|ing)|forbidden|prohibited|banned|nobody|nothing|nicht|nichts|niemand|kein\w*|ohne|niemals|ausgeschlossen|verboten|nunca|nada|nadie|sin|ningun[oa]?|excluid[oa]s?|prohibido|jamais|pas|rien|sans|aucune?|exclue?s?|interdit)\b/gi;
/** Claims that leave no exception, where the source has not said so. */
const SWEEPING =
  /\b(?:only|all|every|always|any|exclusively|solely|entirely|completely|nur|immer|alle|solo|siempre|tod[oa]s|toujours|seulement|tous|toutes)\b/i;
const CLAUSE_END = /[,;:()]|\s(?:and|but|or|while|whereas|although|und|aber|oder|y|pero|et|mais)\s/gi;
/** Capitals inside a sentence, and at its start when a second one follows. */
const NAME = /(?<=[^.!?\s]\s)\p{Lu}[\p{L}'-]+|^\p{Lu}[\p{L}'-]+(?=\s\p{Lu})/gu;
/** The month, not the verb. */
const MAY_MONTH = /(?<=[^.!?\s]\s)May\b/;

const isNegative = (text: string): boolean => (text.match(NEGATOR)?.length ?? 0) % 2 === 1;

/** `P1` is the priority 1; half an hour has thirty minutes; what lasts three years lasts 36 months. */
const plain = (text: string): string =>
  text
    .replace(/\bhalf (?:an )?hour\b/gi, '30 minutes')
    .replace(/\b(\d+|two|three|four|five) years?\b/gi, (whole, count: string) => {
      const years = /\d/.test(count)
        ? Number(count)
        : ['two', 'three', 'four', 'five'].indexOf(count.toLowerCase()) + 2;
      return years > 0 && years <= 5 ? `${whole} (${years * 12} months)` : whole;
    })
    .replace(/\b(?:prohibited|banned|not permitted|not allowed)\b/gi, 'forbidden')
    .replace(/\bnot (?=forbidden)/gi, '');

function readClause(text: string, isWhole: boolean): Clause {
  const words = contentWords(text);
  const numbers = new Map<string, string | undefined>();
  words.forEach((word, index) => {
    if (isNumber(word)) numbers.set(word.word, unitOf(words, index));
  });
  const tokens = text.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? [];
  const members = new Map<number, Set<string>>();
  const named = MAY_MONTH.test(text) ? tokens : tokens.filter((token) => token !== 'may');
  for (const token of named)
    for (const { family, member } of MEMBER.get(token) ?? [])
      members.set(family, (members.get(family) ?? new Set()).add(member));
  const names = new Set(Array.from(text.matchAll(NAME), ([name]) => name.toLowerCase()));
  return {
    stems: new Set(words.filter((word) => !isNumber(word) && !names.has(word.word)).map(({ stem }) => stem)),
    names,
    numbers,
    negates: isNegative(text),
    members,
    words: new Set(tokens),
    isWhole,
  };
}

const isNumber = ({ word }: ContentWord): boolean => /^\d/.test(word);
const unitOf = (words: readonly ContentWord[], index: number): string | undefined => {
  const next = words[index + 1];
  return next && !isNumber(next) ? next.stem : undefined;
};

/** Each different sentence once, and no more than `most` clauses of it. */
function clausesOf(text: string, most: number): Clause[] {
  const sentences = new Set(splitSentences(plain(text)).map((sentence) => sentence.text));
  return [...sentences].flatMap((sentence) => {
    const parts = sentence.split(CLAUSE_END, most).filter((part) => /[\p{L}\p{N}]/u.test(part));
    if (parts.length < 2) return parts.map((part) => readClause(part, false));
    return [readClause(sentence, true), ...parts.map((part) => readClause(part, false))];
  });
}

export function indexClauses(passages: readonly string[]): ClauseIndex {
  const places = new Map<string, Clause[]>();
  for (const clause of clausesOf(passages.join('\n'), MOST_PLACES))
    for (const stem of clause.stems) {
      const list = places.get(stem);
      if (list) list.push(clause);
      else places.set(stem, [clause]);
    }
  return { places };
}

/** A clause speaks of the same matter when it shares this much of a claim's words. */
const SAME_MATTER = 0.4;

/**
 * How far a claim contradicts the clause that speaks of the same matter: it denies what that says, or puts another number,
 * unit, month, side or name in its place.
 * @returns 0 when nothing speaks against it, up to 1.
 */
export function claimClash(claim: string, { places }: ClauseIndex): number {
  let worst = 0;
  for (const said of clausesOf(claim, MOST_CLAUSES).slice(0, MOST_CLAUSES)) {
    const about = closestClause(said, places);
    if (about) worst = Math.max(worst, clash(said, about, claim));
  }
  return worst;
}

/** The clause that shares most, the rarer the words the more; a whole sentence only where no clause of one will do. */
function closestClause(said: Clause, places: ReadonlyMap<string, readonly Clause[]>): Clause | undefined {
  const shared = new Map<Clause, { count: number; weight: number }>();
  for (const stem of said.stems) {
    const clauses = places.get(stem) ?? [];
    for (const clause of clauses.slice(0, MOST_PLACES)) {
      const entry = shared.get(clause) ?? { count: 0, weight: 0 };
      entry.count += 1;
      entry.weight += 1 / Math.sqrt(clauses.length);
      shared.set(clause, entry);
    }
  }
  let best: { clause: Clause; weight: number } | undefined;
  for (const [clause, { count, weight }] of shared) {
    if (count / said.stems.size < SAME_MATTER) continue;
    const names = [...said.names].filter((name) => clause.names.has(name)).length;
    const value = weight + names * 0.3 - clause.stems.size * 0.05 - (clause.isWhole ? 100 : 0);
    if (!best || value > best.weight) best = { clause, weight: value };
  }
  return best?.clause;
}

function clash(said: Clause, about: Clause, claim: string): number {
  const denies = said.negates !== about.negates ? 1 : 0;
  const numbers = [...said.numbers.keys()];
  const strange = numbers.filter((number) => !about.numbers.has(number)).length;
  const swapped = about.numbers.size > 0 && strange > 0 ? 0.4 + (0.3 * strange) / numbers.length : 0;
  const family = [...said.members].some(([name, members]) => {
    const there = about.members.get(name);
    return (
      there !== undefined &&
      [...members].some((member) => !there.has(member)) &&
      [...there].some((member) => !members.has(member))
    );
  });
  const strangers = [...said.names].filter((name) => !about.names.has(name) && !about.words.has(name));
  const replaced = strangers.length > 0 && [...about.names].some((name) => !said.words.has(name));
  const sweeping = SWEEPING.test(claim) && ![...about.words].some((word) => SWEEPING.test(word));
  return Math.min(
    1,
    0.7 * denies + swapped + (family ? 0.7 : 0) + (replaced ? 0.6 : 0) + (sweeping ? 0.6 : 0),
  );
}
