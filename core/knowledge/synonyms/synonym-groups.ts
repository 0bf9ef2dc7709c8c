import { parse } from 'yaml';
import { z } from 'zod';
import { InvalidInput } from '../../kernel/errors.js';

/** A bare number is a word, too: a cost centre, a form. */
const wordSchema = z.union([z.string().min(1), z.number().transform(String)]);
const groupsSchema = z.array(z.array(wordSchema).min(2)).default([]);
const synonymsSchema = z.object({
  same: groupsSchema,
  near: groupsSchema,
  kinds: groupsSchema,
  leads: groupsSchema,
  across: groupsSchema,
});

/**
 * Groups of words. In English: `same` for words that mean the same at work, `near` for words of the same topic; the first
 * of `kinds` covers the others (pet: dog, cat), which are not taken for each other; with the first of `leads` people ask,
 * and where one of the others stands they are answered (payday: salary). `across` is for the same thing in several
 * languages.
 */
export type SynonymGroups = z.infer<typeof synonymsSchema>;

export const NO_SYNONYMS: SynonymGroups = { same: [], near: [], kinds: [], leads: [], across: [] };

/**
 * Reads groups from YAML text, as a tenant writes them: `same: [[boss, manager]]`.
 * @throws InvalidInput when it is not lists of groups under these names.
 */
export function parseSynonyms(yaml: string): SynonymGroups {
  try {
    return synonymsSchema.parse(parse(yaml, { maxAliasCount: 0 }) ?? {});
  } catch (error) {
    throw new InvalidInput(
      'knowledge.bad-synonyms',
      'The synonyms need the lists `same`, `near`, `kinds`, `leads` and `across`, each of groups of at least two words.',
      { cause: error },
    );
  }
}

export const mergeSynonyms = (...all: SynonymGroups[]): SynonymGroups => ({
  same: all.flatMap(({ same }) => same),
  near: all.flatMap(({ near }) => near),
  kinds: all.flatMap(({ kinds }) => kinds),
  leads: all.flatMap(({ leads }) => leads),
  across: all.flatMap(({ across }) => across),
});
