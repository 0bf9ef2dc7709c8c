import { type Analyser, STEMMED_LANGUAGES, words } from '../index/words.js';
import type { SynonymGroups } from './synonym-groups.js';

/** How much a synonym counts beside the word itself; measured by `npm run eval:knowledge`. */
const SAME_WEIGHT = 0.4;
const NEAR_WEIGHT = 0.2;
/** What holds for pets holds for dogs; what is said of dogs is only part of what there is on pets. */
const COVERING_WEIGHT = 0.3;
const KIND_WEIGHT = 0.2;
const LEAD_WEIGHT = 0.2;
const LONGEST_PHRASE = 3;
/** What a phrase leads to stands for its words together, and each of them counts it. */
const OF_PHRASE = 0.7;

export interface Alternative {
  terms: string[];
  weight: number;
}

/** From each of some words to each of others; their terms are made when they are first wanted. */
interface Way {
  found: string[];
  weight: number;
  languages: Analyser[];
  /** Terms of `found`, joined by spaces. */
  members?: string[];
}

/** A word or phrase as it is written, with the way that begins there. */
interface Beginning {
  written: string;
  way: Way;
}

/** Finds what else a word of a question, or a phrase that it is part of, could be called. */
export class Synonyms {
  /** By the first letters of one of their words: of 30,000 only those are stemmed that a question comes near. */
  private readonly beginnings = new Map<string, Beginning[]>();
  /** The same, stemmed, by phrase. */
  private readonly stemmed = new Map<string, Map<string, Way[]>>();
  private isRead = false;

  /** @param analysers by language; a member of a group is known by its stems in the group's languages. */
  constructor(
    private readonly groups: SynonymGroups,
    private readonly analysers: (language: string) => Analyser,
  ) {}

  /** Alternatives of the term at `position`, phrases that end or begin there included. */
  of(terms: string[], position: number): Alternative[] {
    const present = new Set(terms);
    const found = new Map<string, number>();
    for (let length = 1; length <= LONGEST_PHRASE; length += 1) {
      for (let start = Math.max(0, position - length + 1); start <= position; start += 1) {
        if (start + length > terms.length) break;
        const phrase = terms.slice(start, start + length).join(' ');
        for (const way of this.waysFrom(phrase)) {
          for (const member of membersOf(way)) {
            if (member === phrase || member.split(' ').every((term) => present.has(term))) continue;
            const weight = length > 1 ? OF_PHRASE * way.weight : way.weight;
            found.set(member, Math.max(found.get(member) ?? 0, weight));
          }
        }
      }
    }
    return [...found].map(([other, weight]) => ({ terms: other.split(' '), weight }));
  }

  private waysFrom(phrase: string): Way[] {
    this.readGroups();
    const letters = firstLetters(phrase);
    const known = this.stemmed.get(letters) ?? stemAll(this.beginnings.get(letters) ?? []);
    this.stemmed.set(letters, known);
    this.beginnings.delete(letters);
    return known.get(phrase) ?? [];
  }

  /** Sorts the groups at the first question, so that no start waits for it. */
  private readGroups(): void {
    if (this.isRead) return;
    this.isRead = true;
    const { same, near, kinds, leads, across } = this.groups;
    const english = [this.analysers('en')];
    for (const group of same) this.addWay(group, { found: group, weight: SAME_WEIGHT, languages: english });
    for (const group of near) this.addWay(group, { found: group, weight: NEAR_WEIGHT, languages: english });
    for (const [first = '', ...others] of kinds) {
      this.addWay([first], { found: others, weight: KIND_WEIGHT, languages: english });
      this.addWay(others, { found: [first], weight: COVERING_WEIGHT, languages: english });
    }
    for (const [first = '', ...others] of leads)
      this.addWay([first], { found: others, weight: LEAD_WEIGHT, languages: english });
    const all = STEMMED_LANGUAGES.map(this.analysers);
    for (const group of across) this.addWay(group, { found: group, weight: SAME_WEIGHT, languages: all });
  }

  private addWay(asked: string[], way: Way): void {
    for (const written of asked) {
      for (const letters of new Set(plainWords(written).map(firstLetters))) {
        const there = this.beginnings.get(letters);
        if (there) there.push({ written, way });
        else this.beginnings.set(letters, [{ written, way }]);
      }
    }
  }
}

/** A stem begins as its word does, but for dying and lying, which become die and lie. */
const firstLetters = (word: string): string => word.slice(0, 2).replace('y', 'i');

/** Nearly all are a word or two of plain letters. */
const PLAIN = /^[a-z ]+$/;
const plainWords = (written: string): string[] =>
  PLAIN.test(written) ? written.split(' ') : words(written).map(({ text }) => text);

function stemAll(beginnings: Beginning[]): Map<string, Way[]> {
  const ways = new Map<string, Way[]>();
  for (const { written, way } of beginnings) {
    for (const phrase of stemsOf([written], way.languages)) {
      const from = ways.get(phrase);
      if (from) from.push(way);
      else ways.set(phrase, [way]);
    }
  }
  return ways;
}

const membersOf = (way: Way): string[] => (way.members ??= stemsOf(way.found, way.languages));

/** Each written form in the stems of each language, once. */
const stemsOf = (group: string[], languages: Analyser[]): string[] => [
  ...new Set(
    group.flatMap((member) => languages.map(({ terms }) => terms(member).join(' '))).filter(Boolean),
  ),
];
