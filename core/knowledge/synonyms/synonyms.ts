import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { InvalidInput } from '../../kernel/errors.js';
import { officeGlossary } from '../../kernel/glossary.js';
import { shippedFile } from '../../kernel/package-root.js';
import { type Analyser, STEMMED_LANGUAGES } from '../index/words.js';

const groupsSchema = z.object({
  same: z.array(z.array(z.string().min(1)).min(2)).default([]),
  near: z.array(z.array(z.string().min(1)).min(2)).default([]),
  across: z.array(z.array(z.string().min(1)).min(2)).default([]),
});

/**
 * Groups of words: `same` for words that mean the same at work, `near` for words of the same topic, both
 * in English; `across` for the same thing in several languages. */
export type SynonymGroups = z.infer<typeof groupsSchema>;

export const NO_SYNONYMS: SynonymGroups = { same: [], near: [], across: [] };

/** How much a synonym counts beside the word itself; measured by `npm run eval:knowledge`. */
const SAME_WEIGHT = 0.4;
const NEAR_WEIGHT = 0.2;
const LONGEST_PHRASE = 3;

/**
 * Reads groups from YAML text.
 * @throws InvalidInput when it is not of the form of `core/knowledge/synonyms/english.yaml`.
 */
export function parseSynonyms(yaml: string): SynonymGroups {
  try {
    return groupsSchema.parse(parse(yaml, { maxAliasCount: 0 }) ?? {});
  } catch (error) {
    throw new InvalidInput(
      'knowledge.bad-synonyms',
      'The synonyms need the lists `same`, `near` and `across`, each of groups of at least two words.',
      { cause: error },
    );
  }
}

/** The groups that Steward brings: everyday and office words in English, and a glossary towards it. */
export async function shippedSynonyms(): Promise<SynonymGroups> {
  const english = await readFile(shippedFile('core', 'knowledge', 'synonyms', 'english.yaml'), 'utf8');
  return mergeSynonyms(parseSynonyms(english), { ...NO_SYNONYMS, across: officeGlossary() });
}

export const mergeSynonyms = (...all: SynonymGroups[]): SynonymGroups => ({
  same: all.flatMap(({ same }) => same),
  near: all.flatMap(({ near }) => near),
  across: all.flatMap(({ across }) => across),
});

export interface Alternative {
  terms: string[];
  weight: number;
}

/** Finds what else a word of a question, or a phrase that it is part of, could be called. */
export class Synonyms {
  private readonly groupsOf = new Map<string, { members: string[]; weight: number }[]>();
  private isRead = false;

  /** @param analysers by language; a member of a group is known by its stems in the group's languages. */
  constructor(
    private readonly groups: SynonymGroups,
    private readonly analysers: (language: string) => Analyser,
  ) {}

  /** Stems the groups at the first question, so that no start waits for it. */
  private readGroups(): void {
    if (this.isRead) return;
    this.isRead = true;
    const english = [this.analysers('en')];
    for (const group of this.groups.same) this.addGroup(group, SAME_WEIGHT, english);
    for (const group of this.groups.near) this.addGroup(group, NEAR_WEIGHT, english);
    const all = STEMMED_LANGUAGES.map(this.analysers);
    for (const group of this.groups.across) this.addGroup(group, SAME_WEIGHT, all);
  }

  /** Alternatives of the term at `position`, phrases that end or begin there included. */
  of(terms: string[], position: number): Alternative[] {
    const present = new Set(terms);
    this.readGroups();
    const found = new Map<string, number>();
    for (let length = 1; length <= LONGEST_PHRASE; length += 1) {
      for (let start = Math.max(0, position - length + 1); start <= position; start += 1) {
        if (start + length > terms.length) break;
        const phrase = terms.slice(start, start + length).join(' ');
        for (const { members, weight } of this.groupsOf.get(phrase) ?? []) {
          for (const member of members) {
            if (member === phrase || member.split(' ').every((term) => present.has(term))) continue;
            found.set(member, Math.max(found.get(member) ?? 0, weight));
          }
        }
      }
    }
    return [...found].map(([other, weight]) => ({ terms: other.split(' '), weight }));
  }

  private addGroup(group: string[], weight: number, analysers: Analyser[]): void {
    const members = [
      ...new Set(group.flatMap((member) => analysers.map(({ terms }) => terms(member).join(' ')))),
    ].filter(Boolean);
    for (const member of members) {
      const groups = this.groupsOf.get(member) ?? [];
      groups.push({ members, weight });
      this.groupsOf.set(member, groups);
    }
  }
}
