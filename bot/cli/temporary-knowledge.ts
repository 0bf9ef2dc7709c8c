import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { createKnowledgeBase, type FullKnowledgeBase } from '../../core/knowledge/create-knowledge-base.js';
import { createHashingEncoder } from '../../core/knowledge/encoder/hashing-encoder.js';
import { createSentenceEncoder } from '../../core/knowledge/encoder/sentence-encoder.js';
import { loadLanguageDetector } from '../../core/knowledge/ingest/detect-language.js';
import { readCorpus } from '../../core/knowledge/ingest/read-corpus.js';
import { readFolder } from '../../core/knowledge/ingest/read-folder.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import type { SynonymGroups } from '../../core/knowledge/synonyms/synonym-groups.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { CliContext } from './context.js';

/** Where the documents of one run come from. */
export type TemporarySource = { folder: string } | { corpus: string };

/** How long a run may spend, before it answers, on the passages that its questions want by their words. */
const WANTED_BUDGET_MS = 180_000;
/** How long on all passages: the rest is worth little beside the wanted ones, and somebody waits. */
const ALL_BUDGET_MS = 45_000;
/** Passages that a question may want; with more of them the handbooks that we measure on are answered alike. */
const POOL = 40;
const MOST_THREADS = 8;
/** Passages between two lines of progress. */
const STEP = 256;

/**
 * Builds an index in memory for one run of questions; nothing is written anywhere.
 * @throws InvalidInput when the folder or file is not there or holds nothing that can be read.
 */
export async function openTemporaryKnowledge(
  source: TemporarySource,
  questions: string[],
  { clock, logger, progress, signal, fail, synonyms }: CliContext & { synonyms: SynonymGroups },
): Promise<{ knowledge: KnowledgeBase; close(): Promise<void> }> {
  await checkSource(source);
  const sentence = createSentenceEncoder({ workers: Math.min(MOST_THREADS, availableParallelism()) });
  const hashing = createHashingEncoder();
  const knowledge = await createKnowledgeBase({
    clock,
    logger,
    encoderFor: (language) => (language === 'en' ? sentence : hashing),
    detectLanguage: await loadLanguageDetector(),
    synonyms,
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
        : readCorpus(source.corpus, {
            clock,
            onRefused: (problem) => {
              progress(`${problem}\n`);
              fail(1);
            },
          });
    for await (const document of documents) {
      knowledge.add(document);
      signal.throwIfAborted();
    }
    if (knowledge.size.documents === 0) {
      throw new InvalidInput('cli.nothing-to-search', 'There is no document that can be read in there.');
    }
    const { documents: count, passages } = knowledge.size;
    progress(`${count} documents, ${passages} passages\n`);
    await encodeInTime(knowledge, questions, { clock, signal, progress });
    progress(`${knowledge.size.vectors} of ${passages} passages can be found by meaning\n`);
    return { knowledge, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes vectors until all are there, their time is spent or the run is stopped; the wanted ones come first. */
async function encodeInTime(
  knowledge: FullKnowledgeBase,
  questions: string[],
  { clock, signal, progress }: Pick<CliContext, 'clock' | 'signal' | 'progress'>,
): Promise<void> {
  const started = clock.now().getTime();
  const spend = async (ids: string[], untilMs: number): Promise<void> => {
    for (let at = 0; at < ids.length && !signal.aborted; at += STEP) {
      if (clock.now().getTime() - started >= untilMs) return;
      await knowledge.encodeNow(ids.slice(at, at + STEP), signal);
      progress(`${knowledge.size.vectors} of ${knowledge.size.passages} passages read for their meaning\n`);
    }
  };
  await spend([...byUse(knowledge, questions)], WANTED_BUDGET_MS);
  await spend(knowledge.unencoded(), ALL_BUDGET_MS);
}

/** Passages in the order in which the questions want them. */
function byUse(knowledge: FullKnowledgeBase, questions: string[]): Set<string> {
  const pools = questions.map((question) => knowledge.pool(question, POOL));
  const ordered = new Set<string>();
  for (let rank = 0; rank < POOL; rank += 1) {
    for (const pool of pools) {
      const id = pool[rank];
      if (id !== undefined) ordered.add(id);
    }
  }
  return ordered;
}

async function checkSource(source: TemporarySource): Promise<void> {
  const path = 'folder' in source ? source.folder : source.corpus;
  const found = await stat(path).catch(() => undefined);
  // A corpus may be a pipe as well.
  const fits = 'folder' in source ? found?.isDirectory() : found && !found.isDirectory();
  if (!fits) {
    const kind = 'folder' in source ? 'folder' : 'file';
    throw new InvalidInput('cli.no-source', `${path} is not a ${kind}. Check the path.`);
  }
}
