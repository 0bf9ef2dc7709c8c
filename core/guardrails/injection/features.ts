import type { ConceptFinder } from './concepts.js';
import type { Disguise } from '../normalise.js';

/** Size of the hashed feature space; the weights file has one number per slot. */
export const FEATURE_SLOTS = 1 << 18;

/** A sparse vector: slots and values, each slot once. */
export interface FeatureVector {
  slots: Uint32Array;
  values: Float32Array;
}

const TOKEN = /[\p{L}\p{N}]{1,40}(?:['’-][\p{L}\p{N}]{1,40}){0,4}|[^\s\p{L}\p{N}]/gu;
const MARKS = /\p{M}/gu;
const SENTENCE_END = new Set(['.', '!', '?', '\n', ';', '。', '！', '？']);
/** How many tokens apart two meanings may stand and still belong together. */
const REACH = 9;

/** Lower-case tokens without diacritics; signs are tokens of their own, line ends are kept as `\n`. */
export function tokenise(text: string): string[] {
  const plain = text.toLowerCase().normalize('NFD').replace(MARKS, '').replaceAll('’', "'");
  return (
    plain
      .replaceAll(/[\r\n]+/g, ' ⏎ ')
      .match(TOKEN)
      ?.map((token) => (token === '⏎' ? '\n' : token)) ?? []
  );
}

const PRIME = 0x01000193;

/** FNV-1a over UTF-16 units, from a seed that names the kind of feature. */
function rawHash(text: string, seed: number): number {
  let value = seed;
  for (let position = 0; position < text.length; position += 1) {
    value = Math.imul(value ^ text.charCodeAt(position), PRIME);
  }
  return value;
}

const toSlot = (value: number): number => ((value ^ (value >>> 15)) >>> 0) % FEATURE_SLOTS;
const hash = (text: string, seed: number): number => toSlot(rawHash(text, seed));
/** Order matters: (a, b) and (b, a) differ. */
const mix = (left: number, right: number): number =>
  Math.imul(left ^ (right + 0x9e3779b9 + (left << 6)), PRIME);

const SEED = {
  word: 0x811c9dc5,
  pair: 0x1234567,
  skip: 0x7654321,
  chars: 0x2b3c4d5,
  concept: 0x5a5a5a5,
  shape: 0x3c3c3c3,
};

/**
 * What the classifier sees of a text: words, word pairs, character 4-grams (each group scaled to length one), which
 * meanings of the lexicon stand together in a sentence, and the shape of the text.
 * @param disguise how much had to be undone to read the text.
 */
export function extractFeatures(text: string, finder: ConceptFinder, disguise?: Disguise): FeatureVector {
  const tokens = tokenise(text);
  const vector = new Map<number, number>();
  addGroup(vector, lexicalSlots(tokens), 2);
  addGroup(vector, characterSlots(tokens), 1);
  const concepts = conceptSlots(tokens, finder);
  for (const slot of concepts.strong) vector.set(slot, (vector.get(slot) ?? 0) + 0.7);
  addGroup(vector, concepts.weak, 1.5);
  for (const [name, value] of shape(text, tokens, disguise)) {
    const slot = hash(name, SEED.shape);
    vector.set(slot, (vector.get(slot) ?? 0) + value);
  }
  return { slots: Uint32Array.from(vector.keys()), values: Float32Array.from(vector.values()) };
}

function addGroup(vector: Map<number, number>, slots: Set<number>, scale: number): void {
  const value = scale / Math.sqrt(Math.max(6, slots.size));
  for (const slot of slots) vector.set(slot, (vector.get(slot) ?? 0) + value);
}

/** Numbers and rare long tokens say nothing about intent. */
const generalise = (token: string): string =>
  /^\d+$/.test(token) ? '0' : token.length > 24 ? '#long' : token;

function lexicalSlots(tokens: string[]): Set<number> {
  const slots = new Set<number>();
  let previous = 0;
  let beforeThat = 0;
  for (const token of tokens) {
    const word = rawHash(generalise(token), SEED.word);
    slots.add(toSlot(word));
    slots.add(toSlot(mix(mix(SEED.pair, previous), word)));
    slots.add(toSlot(mix(mix(SEED.skip, beforeThat), word)));
    beforeThat = previous;
    previous = word;
  }
  return slots;
}

function characterSlots(tokens: string[]): Set<number> {
  const slots = new Set<number>();
  for (const token of tokens) {
    if (token.length < 3) continue;
    const word = `<${generalise(token)}>`;
    for (let start = 0; start + 4 <= word.length; start += 1) {
      let value = SEED.chars;
      for (let at = start; at < start + 4; at += 1) value = Math.imul(value ^ word.charCodeAt(at), PRIME);
      slots.add(toSlot(value));
    }
  }
  return slots;
}

/** Meanings alone (weak), and pairs and triples of meanings within reach of each other in one sentence (strong). */
function conceptSlots(tokens: string[], finder: ConceptFinder): { strong: Set<number>; weak: Set<number> } {
  const strong = new Set<number>();
  const weak = new Set<number>();
  const sentenceOf = sentences(tokens);
  const hits = finder.find(tokens);
  const seen = new Set<string>();
  for (let left = 0; left < hits.length; left += 1) {
    const first = hits[left];
    if (!first) continue;
    const firstHash = rawHash(first.concept, SEED.concept);
    weak.add(toSlot(firstHash));
    if (startsSentence(tokens, first.token)) weak.add(toSlot(mix(SEED.shape, firstHash)));
    seen.clear();
    for (let right = left + 1; right < Math.min(hits.length, left + 14); right += 1) {
      const second = hits[right];
      if (!second || second.token - first.token > REACH) break;
      if (sentenceOf[second.token] !== sentenceOf[first.token] || second.concept === first.concept) continue;
      if (seen.has(second.concept)) continue;
      seen.add(second.concept);
      const pairHash = mix(firstHash, rawHash(second.concept, SEED.concept));
      strong.add(toSlot(pairHash));
      for (let third = right + 1; third < Math.min(hits.length, right + 6); third += 1) {
        const last = hits[third];
        if (
          !last ||
          last.token - first.token > REACH + 2 ||
          sentenceOf[last.token] !== sentenceOf[first.token]
        )
          break;
        if (last.concept === second.concept || last.concept === first.concept) continue;
        weak.add(toSlot(mix(pairHash, rawHash(last.concept, SEED.concept))));
      }
    }
  }
  return { strong, weak };
}

function sentences(tokens: string[]): Uint32Array {
  const numbers = new Uint32Array(tokens.length);
  let number = 0;
  tokens.forEach((token, position) => {
    numbers[position] = number;
    if (SENTENCE_END.has(token)) number += 1;
  });
  return numbers;
}

const startsSentence = (tokens: string[], position: number): boolean =>
  position === 0 ||
  SENTENCE_END.has(tokens[position - 1] ?? '') ||
  ['please', ':', '"', '-', 'now', 'and'].includes(tokens[position - 1] ?? '');

function shape(text: string, tokens: string[], disguise?: Disguise): [string, number][] {
  const words = tokens.filter((token) => /^[\p{L}\p{N}]/u.test(token));
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  const share = (test: (word: string) => boolean): number =>
    words.length === 0 ? 0 : words.filter(test).length / words.length;
  const features: [string, number][] = [
    ['bias', 1],
    ['length', Math.min(2, Math.log1p(words.length) / 4)],
    ['capitals', letters > 20 ? Math.min(1, (capitals / letters) * 2) : 0],
    ['second-person', Math.min(1, share((word) => SECOND_PERSON.has(word)) * 8)],
    ['first-person', Math.min(1, share((word) => FIRST_PERSON.has(word)) * 8)],
    ['question', /[?？]\s*$/.test(text) ? 0.5 : 0],
    ['delimiters', Math.min(1, (text.match(DELIMITER)?.length ?? 0) / 2)],
    ['role-line', Math.min(1, text.match(ROLE_LINE)?.length ?? 0)],
    ['chat-token', Math.min(1, text.match(CHAT_TOKEN)?.length ?? 0)],
    ['quoted-order', QUOTED_ORDER.test(text) ? 1 : 0],
    ['repetition', words.length > 20 ? Math.max(0, 0.5 - new Set(words).size / words.length) * 2 : 0],
    ['sign-share', tokens.length > 10 ? Math.max(0, 1 - words.length / tokens.length - 0.2) : 0],
    ['data-link', DATA_LINK.test(text) ? 1 : 0],
  ];
  if (disguise) {
    features.push(
      ['invisible', Math.min(1, disguise.invisible / 3)],
      ['confusable', Math.min(1, disguise.confusable / 2)],
      ['spaced', Math.min(1, disguise.spaced)],
      ['leet', Math.min(1, disguise.leet / 2)],
      ['entities', Math.min(1, disguise.entities / 6)],
    );
  }
  return features.filter(([, value]) => value !== 0);
}

const SECOND_PERSON = new Set([
  'you',
  'your',
  'yourself',
  "you're",
  'du',
  'dein',
  'deine',
  'tu',
  'te',
  'usted',
  'vous',
  'votre',
  'u',
  'ur',
]);
const FIRST_PERSON = new Set([
  'i',
  'my',
  'me',
  "i'm",
  "i've",
  'we',
  'our',
  'us',
  'ich',
  'mein',
  'yo',
  'mi',
  'je',
  'mon',
  'wir',
  'nous',
]);
const DELIMITER =
  /={3,}|-{4,}|#{3,}|%{2,}|<\/?(?:system|instructions?|prompt|user|assistant|admin)[^>]{0,40}>|\[\/?(?:system|inst|admin|user)[^\]]{0,30}\]|\bEND OF\b|"""|```/gi;
const ROLE_LINE = /^[ \t>*#[]{0,4}(?:system|assistant|user|human|ai|admin|developer)\b[ \t\]*]{0,4}[:：]/gim;
const CHAT_TOKEN = /<\|[\w" ]{2,30}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|\\end\{|<start_of_turn>|<end_of_turn>/gi;
const QUOTED_ORDER =
  /\b(?:say|print|output|reply|respond|answer|write|begin|start|prefix|prepend)\b[^\n"“'[]{0,50}["“'[]/i;
const DATA_LINK = /!?\[[^\]\n]{0,200}\]\(https?:[^)\s]{0,300}(?:[{<[$]|=\s?(?:data|secret|\+|%7b))/i;
