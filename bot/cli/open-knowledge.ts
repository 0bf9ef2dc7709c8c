import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';

/** Opens the installation's own knowledge base. */
export type OpenKnowledge = () => Promise<{ knowledge: KnowledgeBase; close(): Promise<void> }>;
