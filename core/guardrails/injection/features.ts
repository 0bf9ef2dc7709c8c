import type { Disguise } from '../normalise.js';
import type { ConceptFinder, ConceptHit } from './concepts.js';
import { mix, PRIME, rawHash, SEED, SlotSet, toSlot } from './hashing.js';
import { shapeOf } from './shape.js';
import { strayShape } from './strays.js';

import { readTokens } from './topics.js';

/** A sparse vector; a slot may occur more than once, its values add up. */
export interface FeatureVector {
  slots: Uint32Array;
  values: Float32Array;
}

/**
 * Turns texts into what the classifier sees: words, word pairs, character 4-grams (each group scaled to length one),
 * which meanings of the lexicon stand together in a sentence, and the shape of the text.
 */
export interface FeatureExtractor {
  /** @param disguise how much had to be undone to read the text. */
  extract(text: string, disguise?: Disguise): FeatureVector;
}

const SENTENCE_END = new Set(['.', '!', '?', '\n', ';', '。', '！', '？', '।', '؟']);
const OPENERS = new Set(['please', ':', '"', '-', 'now', 'and']);
/** How many tokens apart two meanings may stand and still belong together. */
const REACH = 9;
const REMEMBERED_WORDS = 50_000;
/** Chinese, Japanese, Korean and Thai write whole sentences without a gap, or glue endings on; pieces of them carry the sense. */
const UNSPACED = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

interface WordFacts {
  hash: number;
  characters: readonly number[];
}

/** Makes an extractor; it remembers words it has seen and reuses its scratch memory, so it is for one thread. */
export function createFeatureExtractor(finder: ConceptFinder): FeatureExtractor {
  const words = new Map<string, WordFacts>();
  const lexical = new SlotSet();
  const characters = new SlotSet();
  const strong = new SlotSet();
  const weak = new SlotSet();

  const factsOf = (token: string): WordFacts => {
    const known = words.get(token);
    if (known) return known;
    if (words.size >= REMEMBERED_WORDS) words.clear();
    const unspaced = UNSPACED.test(token);
    const word = unspaced ? token : generalise(token);
    const facts = {
      hash: rawHash(word, SEED.word),
      characters: unspaced
        ? [...characterSlots(word, 2), ...characterSlots(word, 3)]
        : token.length < 3
          ? []
          : characterSlots(`<${word}>`, 4),
    };
    words.set(token, facts);
    return facts;
  };

  return {
    extract(text, disguise) {
      const tokens = readTokens(text);
      lexical.clear();
      characters.clear();
      let previous = 0;
      let beforeThat = 0;
      for (const token of tokens) {
        const { hash, characters: parts } = factsOf(token);
        lexical.add(toSlot(hash));
        lexical.add(toSlot(mix(mix(SEED.pair, previous), hash)));
        lexical.add(toSlot(mix(mix(SEED.skip, beforeThat), hash)));
        for (const part of parts) characters.add(part);
        beforeThat = previous;
        previous = hash;
      }
      strong.clear();
      weak.clear();
      relateMeanings(tokens, finder.find(tokens), strong, weak);
      const shape = [...shapeOf(text, tokens, disguise), ...strayShape(tokens)];
      return assemble(
        [
          { slots: lexical.members, value: 2 / Math.sqrt(Math.max(6, lexical.members.length)) },
          { slots: characters.members, value: 1 / Math.sqrt(Math.max(6, characters.members.length)) },
          { slots: strong.members, value: 0.7 },
          { slots: weak.members, value: 1.5 / Math.sqrt(Math.max(6, weak.members.length)) },
        ],
        shape,
      );
    },
  };
}

function assemble(groups: { slots: number[]; value: number }[], shape: [string, number][]): FeatureVector {
  const length = groups.reduce((sum, { slots }) => sum + slots.length, shape.length);
  const slots = new Uint32Array(length);
  const values = new Float32Array(length);
  let at = 0;
  for (const group of groups) {
    slots.set(group.slots, at);
    values.fill(group.value, at, at + group.slots.length);
    at += group.slots.length;
  }
  for (const [name, value] of shape) {
    slots[at] = toSlot(rawHash(name, SEED.shape));
    values[at] = value;
    at += 1;
  }
  return { slots, values };
}

/** Numbers and rare long tokens say nothing about intent. */
const generalise = (token: string): string =>
  /^\d+$/.test(token) ? '0' : token.length > 24 ? '#long' : token;

function characterSlots(word: string, length: number): number[] {
  const slots: number[] = [];
  for (let start = 0; start + length <= word.length; start += 1) {
    let value = SEED.chars;
    for (let at = start; at < start + length; at += 1) value = Math.imul(value ^ word.charCodeAt(at), PRIME);
    slots.push(toSlot(value));
  }
  return slots;
}

/** Meanings alone (weak), and pairs (strong) and triples (weak) of meanings within reach in one sentence. */
function relateMeanings(
  tokens: readonly string[],
  hits: readonly ConceptHit[],
  strong: SlotSet,
  weak: SlotSet,
): void {
  const sentenceOf = sentences(tokens);
  const seen = new Set<string>();
  for (let left = 0; left < hits.length; left += 1) {
    const first = hits[left];
    if (!first) continue;
    const firstHash = first.hash;
    weak.add(toSlot(firstHash));
    if (startsSentence(tokens, first.token)) weak.add(toSlot(mix(SEED.shape, firstHash)));
    seen.clear();
    const lastRight = Math.min(hits.length, left + 14);
    for (let right = left + 1; right < lastRight; right += 1) {
      const second = hits[right];
      if (!second || second.token - first.token > REACH) break;
      if (sentenceOf[second.token] !== sentenceOf[first.token] || second.concept === first.concept) continue;
      if (seen.has(second.concept)) continue;
      seen.add(second.concept);
      const pairHash = mix(firstHash, second.hash);
      strong.add(toSlot(pairHash));
      const lastThird = Math.min(hits.length, right + 6);
      for (let third = right + 1; third < lastThird; third += 1) {
        const last = hits[third];
        if (
          !last ||
          last.token - first.token > REACH + 2 ||
          sentenceOf[last.token] !== sentenceOf[first.token]
        )
          break;
        if (last.concept === second.concept || last.concept === first.concept) continue;
        weak.add(toSlot(mix(pairHash, last.hash)));
      }
    }
  }
}

function sentences(tokens: readonly string[]): Uint32Array {
  const numbers = new Uint32Array(tokens.length);
  let number = 0;
  tokens.forEach((token, position) => {
    numbers[position] = number;
    if (SENTENCE_END.has(token)) number += 1;
  });
  return numbers;
}

function startsSentence(tokens: readonly string[], position: number): boolean {
  const before = tokens[position - 1];
  return before === undefined || SENTENCE_END.has(before) || OPENERS.has(before);
}
