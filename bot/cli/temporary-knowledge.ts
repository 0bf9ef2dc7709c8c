import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { createKnowledgeBase, type FullKnowledgeBase } from '../../core/knowledge/create-knowledge-base.js';
import { createHashingEncoder } from '../../core/knowledge/encoder/hashing-encoder.js';
import { createSentenceEncoder } from '../../core/knowledge/encoder/sentence-encoder.js';
import { loadLanguageDetector } from '../../core/knowledge/ingest/detect-language.js';
import { readCorpus } from '../../core/knowledge/ingest/read-corpus.js';
import { readFolder } from '../../core/knowledge/ingest/read-folder.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import { shippedSynonyms } from '../../core/knowledge/synonyms/synonyms.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { CliContext } from './context.js';

/** Where the documents of one run come from. */
export type TemporarySource = { folder: string } | { corpus: string };

/** How long a run may spend on vectors before it answers; the passages its questions need come first. */
const ENCODING_BUDGET_MS = 240_000;
/** Passages that a question may want by its words. */
const POOL = 100;
const MOST_THREADS = 4;

/**
 * Builds an index in memory for one run of questions; nothing is written anywhere.
 * @throws InvalidInput when the folder or file is not there or holds nothing that can be read.
 */
export async function openTemporaryKnowledge(
  source: TemporarySource,
  questions: string[],
  { clock, logger, progress, signal }: CliContext,
): Promise<{ knowledge: KnowledgeBase; close(): Promise<void> }> {
  await checkSource(source);
  const sentence = createSentenceEncoder({ workers: Math.min(MOST_THREADS, availableParallelism()) });
  const hashing = createHashingEncoder();
  const knowledge = await createKnowledgeBase({
    clock,
    logger,
    encoderFor: (language) => (language === 'en' ? sentence : hashing),
    detectLanguage: await loadLanguageDetector(),
    synonyms: await shippedSynonyms(),
    background: false,
  });
  const close = async (): Promise<void> => {
    await knowledge.close();
    await sentence.close();
  };
  try {
    const documents =
      'folder' in source
        ? readFolder(source.folder, {
            clock,
            onRefused: (path, reason) => progress(`${path}: ${reason}\n`),
          })
        : readCorpus(source.corpus, { clock });
    for await (const document of documents) {
      knowledge.add(document);
      signal.throwIfAborted();
    }
    if (knowledge.size.documents === 0) {
      throw new InvalidInput('cli.nothing-to-search', 'There is no document that can be read in there.');
    }
    const { documents: count, passages } = knowledge.size;
    progress(`${count} documents, ${passages} passages\n`);
    await encodeInTime(knowledge, questions, { clock, signal });
    progress(`${knowledge.size.vectors} of ${passages} passages can be found by meaning\n`);
    return { knowledge, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes vectors until all are there, the budget is spent or the run is stopped. */
async function encodeInTime(
  knowledge: FullKnowledgeBase,
  questions: string[],
  { clock, signal }: Pick<CliContext, 'clock' | 'signal'>,
): Promise<void> {
  const finished = new AbortController();
  const spent = new AbortController();
  const stop = (): void => spent.abort();
  signal.addEventListener('abort', stop);
  void clock.sleep(ENCODING_BUDGET_MS, finished.signal).then(stop);
  try {
    await knowledge.encodeNow(byUse(knowledge, questions), spent.signal);
  } finally {
    finished.abort();
    signal.removeEventListener('abort', stop);
  }
}

/** Passages in the order in which the questions want them, then the rest. */
function byUse(knowledge: FullKnowledgeBase, questions: string[]): Set<string> {
  const pools = questions.map((question) => knowledge.pool(question, POOL));
  const ordered = new Set<string>();
  for (let rank = 0; rank < POOL; rank += 1) {
    for (const pool of pools) {
      const id = pool[rank];
      if (id !== undefined) ordered.add(id);
    }
  }
  for (const id of knowledge.unencoded()) ordered.add(id);
  return ordered;
}

async function checkSource(source: TemporarySource): Promise<void> {
  const path = 'folder' in source ? source.folder : source.corpus;
  const found = await stat(path).catch(() => undefined);
  const fits = 'folder' in source ? found?.isDirectory() : found?.isFile();
  if (!fits) {
    const kind = 'folder' in source ? 'folder' : 'file';
    throw new InvalidInput('cli.no-source', `${path} is not a ${kind}. Check the path.`);
  }
}
