import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import type { SynonymGroups } from '../../core/knowledge/synonyms/synonym-groups.js';

/** Opens the installation's own knowledge base, asked with these synonyms. */
export type OpenKnowledge = (
  synonyms: SynonymGroups,
) => Promise<{ knowledge: KnowledgeBase; close(): Promise<void> }>;
