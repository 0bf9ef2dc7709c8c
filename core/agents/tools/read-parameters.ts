import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { readTime } from './read-date.js';

/**
 * Hints that a tool's schema may carry for reading parameters from a sentence:
 * `x-synonyms` words that stand before the value; `x-words` other words for a choice; `x-units` words after a number;
 * `x-pattern` a regular expression whose first group is the value; `x-kind` `person` (after "for"), `time`, or `main`
 * (what the sentence is about, once everything else is taken out of it).
 */
interface Property extends JsonObject {
  type: JsonValue;
}

/** A stretch of the sentence that is spoken for. */
type Taken = { start: number; end: number };

const VALUE = `(?:"([^"]+)"|“([^”]+)”|'([^']+)'|([^\\s,;]+))`;

/**
 * Reads parameter values from a sentence by the hints in the schema, without a model. What is not said is left out: a
 * form asks for it, and the tool's schema judges what was read.
 */
export function readParameters(text: string, schema: JsonObject, now: Date): JsonObject {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Property>);
  const taken: Taken[] = [];
  const values: JsonObject = {};
  const readers = [byPattern, byUnit, bySynonym, byChoice, byTime, byPerson];
  for (const [name, property] of properties) {
    for (const read of readers) {
      const found = read(text, property, now, taken);
      if (!found) continue;
      values[name] = typed(found.value, property);
      taken.push(...found.spans);
      break;
    }
  }
  const main = properties.find(([name, property]) => property['x-kind'] === 'main' && !(name in values));
  const rest = main && mainText(text, taken);
  if (main && rest) values[main[0]] = rest;
  return values;
}

type Found = { value: string; spans: Taken[] } | undefined;
type Reader = (text: string, property: Property, now: Date, taken: Taken[]) => Found;

const byPattern: Reader = (text, property) => {
  const pattern = property['x-pattern'];
  if (typeof pattern !== 'string') return undefined;
  const match = new RegExp(pattern, 'iu').exec(text);
  return match?.[1] ? { value: match[1], spans: [spanOf(match)] } : undefined;
};

const byUnit: Reader = (text, property) => {
  const units = strings(property['x-units']);
  if (units.length === 0) return undefined;
  const match = new RegExp(
    `(\\d+(?:[.,]\\d+)?)[\\s-]?(${units.map(escaped).join('|')})(?![\\p{L}])`,
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
  const match = new RegExp(
    `(?<![\\p{L}])(?:${words})\\s*(?:is|ist|nr\\.?|number|=|:|to|auf)?\\s+${VALUE}`,
    'iu',
  ).exec(text);
  const value = match?.slice(1).find((group) => group !== undefined);
  if (!match || !value) return undefined;
  const choices = strings(property.enum);
  if (choices.length > 0 && !choices.includes(value.toLowerCase())) return undefined;
  if (isNumeric(property) && !/^\d+(?:[.,]\d+)?$/.test(value)) return undefined;
  return { value: choices.length > 0 ? value.toLowerCase() : value, spans: [spanOf(match)] };
};

const byChoice: Reader = (text, property) => {
  const others = (property['x-words'] ?? {}) as Record<string, string[]>;
  const choices = property.type === 'boolean' ? Object.keys(others) : strings(property.enum);
  const hits = choices.flatMap((choice) =>
    [...(property.type === 'boolean' ? [] : [choice]), ...(others[choice] ?? [])].flatMap((word) => {
      const match = new RegExp(`(?<![\\p{L}])${escaped(word)}s?(?![\\p{L}])`, 'iu').exec(text);
      return match ? [{ choice, length: word.length }] : [];
    }),
  );
  const best = hits.sort((a, b) => b.length - a.length)[0];
  return best && { value: best.choice, spans: [] };
};

const byTime: Reader = (text, property, now) => {
  const isDate = property.format === 'date';
  if (!isDate && property['x-kind'] !== 'time') return undefined;
  const found = readTime(text, now);
  if (!found || (!isDate && !found.hasTime)) return undefined;
  const iso = found.at.toISOString();
  return { value: isDate ? iso.slice(0, 10) : iso, spans: [{ start: found.start, end: found.end }] };
};

const NAME = String.raw`\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+){0,2}`;

const byPerson: Reader = (text, property) => {
  if (property['x-kind'] !== 'person') return undefined;
  const match = new RegExp(
    `(?:^|[\\s,])(?:[Ff]or|[Ff]ür|[Tt]o|[Aa]n|[Pp]ara|[Pp]our)\\s+(${NAME})`,
    'u',
  ).exec(text);
  return match?.[1] ? { value: match[1], spans: [spanOf(match)] } : undefined;
};

/** What stands after a colon, else what is left when the request itself ("please open a ticket about") is cut off. */
function mainText(text: string, taken: Taken[]): string | undefined {
  let rest = text;
  for (const { start, end } of [...taken].sort((a, b) => b.start - a.start)) {
    rest = `${rest.slice(0, start)} ${rest.slice(end)}`;
  }
  const colon = /:\s+(\S.*)$/su.exec(rest);
  const said = colon?.[1] ?? OPENING.exec(rest)?.[1] ?? '';
  const tidy = said.replace(/\s+/g, ' ').replace(/^[\s,.:;-]+|[\s,;:-]+$/g, '');
  return tidy.length >= 3 ? tidy : undefined;
}

/** The request itself, up to the word that leads to what it is about. */
const OPENING =
  /^.*?\b(?:ticket|incident|fault|problem|issue|request|announcement|announce|reminder|remind me|article|mail|email|ankündigung|ankündigen|erinnere mich|störung)\b\s*(?:that|about|because|to|of|for|dass|wegen|über|an|daran)?\s*(.*)$/isu;

function typed(value: string, property: Property): JsonValue {
  if (isNumeric(property)) return Number(value.replace(',', '.'));
  if (property.type === 'boolean') return value === 'true';
  return value.trim().replace(/[.,;!?]+$/u, '');
}

const isNumeric = ({ type }: Property): boolean => type === 'number' || type === 'integer';
const spanOf = (match: RegExpExecArray): Taken => ({
  start: match.index,
  end: match.index + match[0].length,
});
const strings = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
