import { systemClock } from '../../../core/kernel/clock.js';
import type { LogFields, Logger } from '../../../core/kernel/logger.js';
import {
  createKnowledgeBase,
  type FullKnowledgeBase,
} from '../../../core/knowledge/create-knowledge-base.js';
import type { StoredDocument } from '../../../core/knowledge/document-store.js';
import type { Encoder } from '../../../core/knowledge/encoder/encoder.js';
import { createHashingEncoder } from '../../../core/knowledge/encoder/hashing-encoder.js';
import { loadLanguageDetector } from '../../../core/knowledge/ingest/detect-language.js';
import { readFolder } from '../../../core/knowledge/ingest/read-folder.js';
import type { Stages } from '../../../core/knowledge/retrieve/stages.js';
import { shippedSynonyms } from '../../../core/knowledge/synonyms/shipped-synonyms.js';

/** Every document of a folder that can be read. */
export async function documentsOf(folder: string): Promise<StoredDocument[]> {
  const documents: StoredDocument[] = [];
  for await (const document of readFolder(folder, { clock: systemClock })) documents.push(document);
  return documents;
}

/** Read once for all the knowledge bases of a run. */
const shared = { detectLanguage: loadLanguageDetector(), synonyms: shippedSynonyms() };

/** A knowledge base of these documents with every vector made. */
export async function openKnowledge(
  documents: StoredDocument[],
  encoder: Encoder,
  stages: Partial<Stages> = {},
): Promise<FullKnowledgeBase> {
  const hashing = createHashingEncoder();
  const silent = (): void => {};
  const complain = (_fields: LogFields, message: string): void => console.error(message);
  const logger: Logger = {
    debug: silent,
    info: silent,
    warn: complain,
    error: complain,
    child: () => logger,
  };
  const knowledge = await createKnowledgeBase({
    clock: systemClock,
    logger,
    encoderFor: (language) => (language === 'en' ? encoder : hashing),
    detectLanguage: await shared.detectLanguage,
    synonyms: await shared.synonyms,
    stages,
  });
  for (const document of documents) knowledge.add(document);
  await knowledge.vectorsReady();
  return knowledge;
}
