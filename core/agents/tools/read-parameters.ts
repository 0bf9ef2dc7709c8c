import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { NUMBER_WORDS, readTime } from './read-date.js';

/**
 * Hints that a tool's schema may carry for reading parameters from a sentence:
 * `x-synonyms` words that stand before the value; `x-long` `clause` when that value goes on to the next comma, `rest`
 * when it goes on to the end; `x-words` other words for a choice; `x-units` words after a number; `x-pattern` a regular
 * expression whose first group that is there is the value; `x-kind` `person` (after "for"), `time`, `main` (what the sentence is
 * about, once everything else is taken out of it) or `body` (what stands behind a colon, where the main one is named before); `x-self` the asker is meant when nobody else is named. `x-future` of a
 * day or a time: what is over is refused (`past-times.ts`).
 */
interface Property extends JsonObject {
  type: JsonValue;
}

/** A stretch of the sentence that is spoken for. */
type Taken = { start: number; end: number };

const VALUE = `(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|'([^']+)'|([^\\s,;]+))`;
const LONG_VALUE = {
  clause: `(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|([^,;:\\n]+))`,
  rest: `(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|(.+))`,
};

const NUMBER = String.raw`(?<![\d.,])(\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?(?:k(?![\p{L}]))?)`;

export interface ReadOptions {
  now: Date;
  /** IANA zone of the times that are said; UTC unless told otherwise. */
  timeZone?: string;
  /** The words of the request itself. */
  taken?: readonly Taken[];
  /** Who asks: "for me". */
  self?: string;
}

interface ReaderOptions extends ReadOptions {
  /** What a pattern has read, where nobody is named: a title "Printer broken". */
  patterned?: readonly Taken[];
}

/**
 * Reads parameter values from a sentence by the hints in the schema, without a model. What is not said is left out: a
 * form asks for it, and the tool's schema judges what was read.
 */
export function readParameters(text: string, schema: JsonObject, options: ReadOptions): JsonObject {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Property>);
  const taken: Taken[] = [...(options.taken ?? [])];
  const values: JsonObject = {};
  const readers = [byUnit, byPerson, bySynonym, byChoice, byTime];
  const keep = (name: string, property: Property, found: Found): boolean => {
    if (!found) return false;
    values[name] = typed(found.value, property);
    taken.push(...found.spans);
    return true;
  };
  const patterned = properties.flatMap(([name, property]) => {
    const found = byPattern(text, property, options);
    return keep(name, property, found) ? (found?.spans ?? []) : [];
  });
  // What goes on to the end of the sentence is read last, from what the others have left.
  const inOrder = properties
    .filter(([name]) => !(name in values))
    .sort(([, a], [, b]) => lengthOf(a) - lengthOf(b));
  for (const [name, property] of inOrder)
    readers.some((read) => keep(name, property, read(text, property, { ...options, patterned })));
  const main = properties.find(([name, property]) => property['x-kind'] === 'main' && !(name in values));
  const rest = main && mainText(text, taken);
  if (main && rest) values[main[0]] = rest;
  const body = properties.find(([name, property]) => property['x-kind'] === 'body' && !(name in values));
  const behind = body && !main && mainText(text, taken, true);
  if (body && behind) values[body[0]] = behind;
  return values;
}

const lengthOf = (property: Property): number =>
  property['x-long'] === 'rest' ? 2 : property['x-long'] === 'clause' ? 1 : 0;

type Found = { value: string; spans: Taken[] } | undefined;
type Reader = (text: string, property: Property, options: ReaderOptions) => Found;

const byPattern: Reader = (text, property) => {
  const pattern = property['x-pattern'];
  if (typeof pattern !== 'string') return undefined;
  const match = new RegExp(pattern, 'iu').exec(text);
  const value = match?.slice(1).find((group) => group !== undefined);
  return match && value ? { value, spans: [spanOf(match)] } : undefined;
};

const byUnit: Reader = (text, property) => {
  const units = strings(property['x-units']);
  if (units.length === 0) return undefined;
  const match = new RegExp(
    `${NUMBER}[\\s-]?(${units.map((unit) => escaped(unit) + edgeOf(unit)).join('|')})`,
    'iu',
  ).exec(text);
  if (!match) return undefined;
  return {
    value: isNumeric(property) ? (match[1] ?? '') : `${match[1]} ${match[2]}`,
    spans: [spanOf(match)],
  };
};

const bySynonym: Reader = (text, property) => {
  const synonyms = strings(property['x-synonyms']).sort((a, b) => b.length - a.length);
  if (synonyms.length === 0 || property.format === 'date') return undefined;
  const words = synonyms.map(escaped).join('|');
  const value = isNumeric(property)
    ? `(?:US\\s?)?\\$?\\s?${NUMBER}`
    : (LONG_VALUE[property['x-long'] as keyof typeof LONG_VALUE] ?? VALUE);
  const pattern = new RegExp(
    `(?<![\\p{L}])(?:${words})(?![\\p{L}])\\s*(?:is|ist|est|es|nr\\.?|no\\.?|n°|number|nummer|numéro|=|:|to|auf|à|of)?:?\\s*${value}`,
    'giu',
  );
  for (const match of text.matchAll(pattern)) {
    const said = match.slice(1).find((group) => group !== undefined);
    const fitting = said && asChoice(said, property);
    if (fitting) return { value: fitting, spans: [spanOf(match)] };
  }
  return undefined;
};

/** The value itself, the choice that it names, or undefined where it fits neither a choice nor a number. */
function asChoice(said: string, property: Property): string | undefined {
  const choices = strings(property.enum);
  if (isNumeric(property)) return said;
  if (choices.length === 0) return said;
  const word = said.toLowerCase().replace(/[.!?]+$/u, '');
  const others = (property['x-words'] ?? {}) as Record<string, string[]>;
  return choices.find((choice) => choice === word || (others[choice] ?? []).includes(word));
}

const byChoice: Reader = (text, property) => {
  const others = (property['x-words'] ?? {}) as Record<string, string[]>;
  const choices = property.type === 'boolean' ? Object.keys(others) : strings(property.enum);
  const hits = choices.flatMap((choice) =>
    [...(property.type === 'boolean' ? [] : [choice]), ...(others[choice] ?? [])].flatMap((word) => {
      const match = new RegExp(`${edgeOf(word, '<')}${escaped(word)}s?${edgeOf(word)}`, 'iu').exec(text);
      return match ? [{ choice, length: word.length, span: spanOf(match) }] : [];
    }),
  );
  const best = hits.sort((a, b) => b.length - a.length)[0];
  return best && { value: best.choice, spans: clauseOf(text, best.span) };
};

/** "…, high priority": what stands between two marks and says nothing else is no part of what it is about. */
function clauseOf(text: string, { start, end }: Taken): Taken[] {
  const before = /[,;(–—-]\s*(?:(?:with|mit|avec|con|and|und|et|y)\s+)?$/iu.exec(text.slice(0, start));
  const isLast = /^\s*(?:[,;).!]|$)/u.test(text.slice(end));
  return before && isLast ? [{ start: before.index, end }] : [];
}

const byTime: Reader = (text, property, { now, timeZone }) => {
  const isDate = property.format === 'date';
  if (!isDate && property['x-kind'] !== 'time') return undefined;
  const found = readTime(text, now, timeZone);
  if (!found || (!isDate && !found.hasTime)) return undefined;
  const iso = found.at.toISOString();
  return { value: isDate ? iso.slice(0, 10) : iso, spans: [{ start: found.start, end: found.end }] };
};

/** A word in capitals alone is no name: "VPN". */
const NAME_WORD = String.raw`\p{Lu}(?:\p{Ll}|['’]\p{Lu})[\p{L}\p{N}'’-]*`;
const NAME = String.raw`${NAME_WORD}(?:\s+${NAME_WORD}){0,2}`;
const DETERMINER =
  'the|our|my|new|an?|(?:die|den|meine|meinen|unsere|unseren)(?= (?:neue[nr]? )?Kolleg)|la|le|mon|ma|notre|el|mi|nuestro|nuestra';
const NEEDS = 'needs|wants|braucht|benötigt|möchte|bekommt|necesita|a besoin';
const GIVES =
  '[Gg]et|[Oo]rder|[Bb]uy|[Gg]ive|[Bb]ring|[Aa]ssign|[Bb]esorge?|[Bb]estelle?|[Gg]ib|[Gg]et|[Dd]onne|[Cc]onsigue';
const PERSON = [
  // "for Priya", "für die neue Kollegin Lee"
  `(?:^|[\\s,(])(?:[Ff]or|[Ff]ür|[Pp]ara|[Pp]our)\\s+(?:(?:${DETERMINER})\\s+(?:(?:\\p{Ll}+|Kolleg\\p{Ll}+),?\\s+){0,2})?(${NAME})`,
  `(?:^|[\\s,(])(?:[Tt]o|[Aa]n|[Àà]|[Aa])\\s+(${NAME})`,
  // "get Priya a laptop"
  `(?:${GIVES})\\s+(?:bitte\\s+)?(${NAME})\\s+(?:an?|one|ein|eine|einen|un|une|una|the|\\d+)\\s`,
  // "Priya needs a laptop"
  `(?:^|[.!?,]\\s*)(${NAME})\\s+(?:${NEEDS})\\s`,
  // "Weise Ticket 5 Tom zu", "チケット … Priyaさん"
  `\\d\\s+(${NAME})\\s+zu\\b`,
  `([\\p{Script=Katakana}\\p{Script=Han}ー]{2,}|${NAME})(?:さん|様|用)`,
].map((pattern) => new RegExp(pattern, 'u'));
const SELF =
  /\b(?:for (?:me|myself)|für mich|mir|pour moi|para mí)\b|\b(?:i|we)(?:'d|’d)?\s(?:\w+\s){0,2}?(?:need|want|like)\b|\bich\s(?:\p{L}+\s)?(?:brauche|benötige|möchte|hätte|will)\b|\b(?:can|could|may) i (?:get|have)\b|\b(?:get|order|buy) me\b|\bj['’](?:ai besoin|aimerais)|\bje (?:voudrais|veux|souhaite)\b|\b(?:necesito|quiero|quisiera)\b/iu;
/** "For the design team". */
const GROUP =
  /(?:^|\s)(?:for|für|pour|para)\s+((?:the|our|das|die|den|unser|unsere|unseren|le|la|les|notre|el|los|las|nuestro|nuestra)\s+[\p{L}][\p{L} -]{2,40}?)(?=\s*(?:[,.?!;]|$)|\s+(?:on|by|with|until|charged|bis|mit|auf|avec|con)\b)/iu;
/** Capitalised words that are no names. */
const NO_NAME =
  /^(?:Ich|Wir|Je|Nous|Yo|She|He|They|You|Everyone|Everybody|Nobody|Employees|T-?\d+|Ticket|Kostenstelle|Cost|Centre|Center|Priority|Please|Bitte|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\b/u;

const byPerson: Reader = (text, property, { self, patterned = [] }) => {
  if (property['x-kind'] !== 'person') return undefined;
  for (const pattern of PERSON) {
    const match = pattern.exec(text);
    const name = match?.[1];
    const place = match && name ? match.index + match[0].indexOf(name) : 0;
    const isRead = patterned.some(({ start, end }) => start <= place && place < end);
    if (match && name && !isRead && !NO_NAME.test(name)) return { value: name, spans: [spanOf(match)] };
  }
  if (property['x-self'] !== true) return undefined;
  const group = GROUP.exec(text);
  if (group?.[1]) return { value: group[1], spans: [spanOf(group)] };
  return self && SELF.test(text) ? { value: self, spans: [] } : undefined;
};

/** What stands after a colon or a dash, else what is left when the request itself ("please open a ticket about") is cut out. */
function mainText(text: string, taken: readonly Taken[], onlyBehind = false): string | undefined {
  const isTaken = (place: number): boolean => taken.some(({ start, end }) => start <= place && place < end);
  let rest = '';
  for (let place = 0; place < text.length; place += 1) rest += isTaken(place) ? '\uFFFC' : text.charAt(place);
  const behind = /(?::|\uFFFC\s+[-–—])\s*([^\uFFFC\s].*)$/su.exec(rest)?.[1];
  if (onlyBehind && behind === undefined) return undefined;
  let said = (behind ?? rest)
    .replace(/\uFFFC+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  for (let before = ''; before !== said;) {
    before = said;
    said = said.replace(EDGES, '');
    // Behind a colon the words are meant as they stand.
    if (behind === undefined) said = said.replace(EVERYBODY, '').replace(LEADS, '').replace(TRAILS, '');
  }
  const quoted = /^["“„'](.+)["”“']$/su.exec(said);
  said = quoted?.[1] ?? said;
  return said.length >= 2 ? said : undefined;
}

const EDGES = /^[\s,.:;?!–—-]+|\s[\s?!.]*$|[\s,;:–—-]+$/gu;
/** Words that lead from a request to what it is about. */
const LEADS =
  /^(?:me|us|mich|uns|moi|nous|at|daran|that|about|because(?: of)?|to|of|for|on|regarding|concerning|saying|called|titled|please|pls|bitte|hi|hello|hallo|hey|and|und|dass|weil|denn|since|as|parce que|porque|wegen|über|zu[mr]?|an|daran|für|que|de|d['’]|sur|pour|à propos de|sobre|para|por favor|s['’]il (?:te|vous) plaît)(?:[\s,?!.]+|(?<=['’])|$)/iu;
const TRAILS =
  /[\s,.]*(?:\bplease|\bpls|\bbitte|\bthanks|\bthank you|\bdanke|\bmerci|\bgracias|,\s*and|(?<=["”“»]\s*)(?:with|mit|avec|con|and|und|et|y))[\s.!]*$/iu;
/** Whom an announcement reaches: "announce to everyone that …". */
const EVERYBODY =
  /^(?:to |an |à |a )?(?:everyone|everybody|all(?: (?:staff|employees|colleagues))?|allen?(?: (?:Mitarbeitern|Kollegen|Kolleginnen))?|tous|tout le monde|todos)(?=\s*,?\s(?:that|dass|que|qu['’])(?![\p{L}]))/iu;

/** Where a word has to end; Japanese puts no spaces between words. */
const edgeOf = (word: string, side: '' | '<' = ''): string =>
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(word) ? '' : `(?${side}![\\p{L}])`;

function typed(value: string, property: Property): JsonValue {
  if (isNumeric(property)) return NUMBER_WORDS[value.toLowerCase()] ?? numberOf(value);
  if (property.type === 'boolean') return value === 'true';
  return value.trim().replace(/[.,;:!?]+$/u, '');
}

/** "1,200" and "1.200,50" are more than a thousand, "1.5" and "1,5" are less than two; "60k" are thousands. */
function numberOf(said: string): number {
  const [, digits = '', thousands] = /^(.*?)(k?)$/iu.exec(said) ?? [];
  const grouped = /^(\d{1,3}(?:([.,'’\u00a0\u202f])\d{3})(?:\2\d{3})*)(?:[.,](\d{1,2}))?$/u.exec(digits);
  const plain = grouped
    ? `${(grouped[1] ?? '').replace(/\D/gu, '')}.${grouped[3] ?? '0'}`
    : digits.replace(',', '.');
  return Number(plain) * (thousands ? 1_000 : 1);
}

const isNumeric = ({ type }: Property): boolean => type === 'number' || type === 'integer';
const spanOf = (match: RegExpExecArray): Taken => ({
  start: match.index,
  end: match.index + match[0].length,
});
const strings = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
