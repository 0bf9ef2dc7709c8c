import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import { CARD_MAX_BYTES, type AdaptiveCard } from './adaptive-card.js';

/** A template's element of this id offers the whole text; it stays only on a card that had to be shortened. */
export const FULL_TEXT_ID = 'full-text';

/** How far texts (in characters) and tables (in rows) may shrink, round after round. */
const ROUNDS = [
  { shortestText: 2_400, fewestRows: 20 },
  { shortestText: 600, fewestRows: 10 },
  { shortestText: 160, fewestRows: 2 },
  { shortestText: 40, fewestRows: 1 },
];
const MARK = ' …';
const TEXT_KEYS = ['text', 'codeSnippet', 'value'] as const;

interface TextPlace {
  holder: JsonObject;
  key: (typeof TEXT_KEYS)[number];
  text: string;
}

/**
 * Brings a card under the weight that channels take: the longest texts are shortened first, then the longest tables
 * lose rows. What was shortened ends in "…", and the card then keeps its button for the full text.
 * @param maxBytes of UTF-8 JSON.
 */
export function fitCard(card: AdaptiveCard, maxBytes = CARD_MAX_BYTES): AdaptiveCard {
  const isWhole = weight(card) <= maxBytes;
  if (isWhole) card.body = card.body.filter(({ id }) => id !== FULL_TEXT_ID);
  else shrink(card, maxBytes);
  return card;
}

function shrink(card: AdaptiveCard, maxBytes: number): void {
  for (const { shortestText, fewestRows } of ROUNDS) {
    let excess = weight(card) - maxBytes;
    for (const place of longestTexts(card, shortestText)) {
      if (excess <= 0) break;
      excess -= shorten(place, excess, shortestText);
    }
    for (const rows of longestTables(card, fewestRows)) {
      if (excess <= 0) break;
      excess -= dropRows(rows, excess, fewestRows);
    }
    if (weight(card) <= maxBytes) return;
  }
}

function weight(card: AdaptiveCard): number {
  return Buffer.byteLength(JSON.stringify(card));
}

function longestTexts(card: AdaptiveCard, above: number): TextPlace[] {
  const places: TextPlace[] = [];
  eachObject(card.body, (object) => {
    for (const key of TEXT_KEYS) {
      const text = object[key];
      if (typeof text === 'string' && text.length > above + MARK.length && isShown(object, key)) {
        places.push({ holder: object, key, text });
      }
    }
  });
  return places.sort((a, b) => b.text.length - a.text.length);
}

/** The `value` of a fact is shown; that of an input is what the person edits and is never touched. */
function isShown(object: JsonObject, key: string): boolean {
  return key !== 'value' || object.type === undefined;
}

/** Cuts a text by about `excess` bytes, at a word; returns the bytes that were won. */
function shorten({ holder, key, text }: TextPlace, excess: number, shortest: number): number {
  const bytes = Buffer.byteLength(JSON.stringify(text));
  const spare = Math.ceil((excess * text.length) / bytes) + MARK.length;
  const shorter = cutAtWord(text, Math.max(shortest, text.length - spare)) + MARK;
  holder[key] = shorter;
  return bytes - Buffer.byteLength(JSON.stringify(shorter));
}

/** The first `length` characters at most, without a half word, character, escape or mark at the end. */
export function cutAtWord(text: string, length: number): string {
  const cut = text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
  const space = cut.search(/\s\S*$/);
  return (space > length * 0.8 ? cut.slice(0, space) : cut).replace(/[\s…\\]+$/, '');
}

function longestTables(card: AdaptiveCard, above: number): JsonObject[][] {
  const tables: JsonObject[][] = [];
  eachObject(card.body, (object) => {
    if (object.type === 'Table' && Array.isArray(object.rows) && object.rows.length > above + 1) {
      tables.push(object.rows as JsonObject[]);
    }
  });
  return tables.sort((a, b) => b.length - a.length);
}

/** Takes rows from the end until `excess` bytes are won or `fewest` rows are left; "…" stands in their place. */
function dropRows(rows: JsonObject[], excess: number, fewest: number): number {
  const before = Buffer.byteLength(JSON.stringify(rows));
  const mark = ellipsisRow(rows[0]);
  let won = -Buffer.byteLength(JSON.stringify(mark));
  while (won < excess && rows.length > fewest + 1) won += Buffer.byteLength(JSON.stringify(rows.pop())) + 1;
  rows.push(mark);
  return before - Buffer.byteLength(JSON.stringify(rows));
}

function ellipsisRow(header: JsonObject | undefined): JsonObject {
  const cells = ((header?.cells ?? []) as JsonObject[]).map(() => ({
    type: 'TableCell',
    items: [{ type: 'TextBlock', text: '…' }],
  }));
  return { type: 'TableRow', cells };
}

function eachObject(value: JsonValue | undefined, see: (object: JsonObject) => void): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) eachObject(item, see);
    return;
  }
  see(value);
  for (const [key, member] of Object.entries(value)) if (key !== 'data') eachObject(member, see);
}
