/** Something that a passage states: subject, relation, object, each in the passage's own words. */
export interface Fact {
  subject: string;
  /** `is`, `refers to`, or the header of a table's column in lower case. */
  relation: string;
  object: string;
  passageId: string;
  documentId: string;
  /** Who drew it, where that were not the rules. */
  by?: 'model';
}

/** What a model has read of a document. */
export interface ModelReading {
  /** Prompt and version that it was asked by; another one reads anew. */
  version: string;
  /** Passages that were read; a passage's id changes with its words, so unchanged ones are not paid for twice. */
  read: string[];
  /** Whether these are all of the document's. */
  whole: boolean;
  /** When its facts changed last. */
  at: Date;
}

/** How far a document's facts have been drawn. */
export interface FactState {
  documentId: string;
  /** The document's version that they were drawn from. */
  version: number;
  /** The version of the rules. */
  rules: number;
  model?: Pick<ModelReading, 'version' | 'whole'>;
}

/** A document's facts, by rules and maybe by a model. */
export interface KeptFacts extends FactState {
  model?: ModelReading;
  facts: Fact[];
}

/** Where one tenant's facts are kept, by document. */
export interface FactStore {
  /** Replaces all facts of a document. */
  put(kept: KeptFacts): Promise<void>;
  get(documentId: string): Promise<KeptFacts | undefined>;
  remove(documentId: string): Promise<void>;
  states(): Promise<FactState[]>;
  all(): AsyncIterable<KeptFacts>;
  /** Documents whose facts by a model changed at or after an instant. */
  readByModelSince(instant: Date): AsyncIterable<KeptFacts>;
}

/** Facts without repetitions; of two that say the same the first stays. */
export function distinctFacts(facts: Fact[]): Fact[] {
  const known = new Map<string, Fact>();
  for (const fact of facts) {
    const key = [fact.subject, fact.relation, fact.object].map(entityKey).join('\n');
    if (!known.has(key)) known.set(key, fact);
  }
  return [...known.values()];
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
