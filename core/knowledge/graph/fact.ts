/** Something that a passage states: subject, relation, object, each in the passage's own words. */
export interface Fact {
  subject: string;
  /** `is`, `refers to`, or the header of a table's column in lower case. */
  relation: string;
  object: string;
  passageId: string;
  documentId: string;
}

/** Where one tenant's facts are kept, by document. */
export interface FactStore {
  /** Replaces all facts of a document. */
  put(documentId: string, facts: Fact[]): Promise<void>;
  remove(documentId: string): Promise<void>;
  all(): AsyncIterable<{ documentId: string; facts: Fact[] }>;
}

/** The name under which an entity is found: lower case, no accents, no article, no quotes, single spaces. */
export function entityKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[“”„"'’`]/g, '')
    .replace(/^(the|a|an|our|your|der|die|das)\s+/, '')
    .replace(/[\s\u00a0]+/g, ' ')
    .replace(/[.,;:]+$/, '')
    .trim();
}
