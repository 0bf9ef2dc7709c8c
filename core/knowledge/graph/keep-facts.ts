import type { Clock } from '../../kernel/clock.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { DocumentChange, DocumentStore, StoredDocument } from '../document-store.js';
import { extractFacts, RULES_VERSION } from './extract-facts.js';
import { distinctFacts, type FactState, type FactStore, type KeptFacts } from './fact.js';
import type { FactReader } from './model-facts.js';

/** How a model reads passages beside the rules. */
export interface ModelDrawing {
  reader: FactReader;
  /** Passages that it is asked for at most in one go. */
  most: number;
  /** Rest between two of them, in ms. */
  pauseMs: number;
  logger: Logger;
}

export interface KeepFactsOptions {
  documents: Pick<DocumentStore, 'changedSince' | 'get'>;
  facts: FactStore;
  /** Only documents that changed at or after this instant; all without it. */
  since?: Date;
  model?: ModelDrawing;
  signal?: AbortSignal;
  clock: Clock;
}

export interface KeptReport {
  /** Documents whose facts the rules drew. */
  drawn: number;
  /** Documents that are gone. */
  removed: number;
  /** Passages that the model was asked for. */
  asked: number;
  /** Whether everything is done; what is not is gone on with at the next time. */
  isDone: boolean;
}

/** So many failures in a row say that the endpoint is down. */
const FAILURES = 3;

/**
 * Brings the fact store in step with the present documents: the rules' facts of what is new or changed at once, then, where
 * there is one, a model's, passage by passage. Each passage that was read is kept as such, so that it can be broken off
 * anywhere and nothing is paid for twice.
 */
export async function keepFacts(options: KeepFactsOptions): Promise<KeptReport> {
  const { documents, facts, since, model, signal } = options;
  const report: KeptReport = { drawn: 0, removed: 0, asked: 0, isDone: true };
  const changes = await documents.changedSince(since ?? new Date(0));
  if (changes.length === 0 && since) return report;
  const states = new Map((await facts.states()).map((state) => [state.documentId, state]));
  const present = changes.filter(({ removed }) => !removed);
  for (const documentId of goneOf(states, changes, since === undefined)) {
    await facts.remove(documentId);
    report.removed += 1;
  }
  for (const { documentId, version } of present) {
    if (signal?.aborted) return { ...report, isDone: false };
    const state = states.get(documentId);
    if (state?.version === version && state.rules === RULES_VERSION) continue;
    const stored = await documents.get(documentId);
    if (!stored) continue;
    await facts.put(drawnByRules(stored, await facts.get(documentId), options.clock));
    states.delete(documentId); // what the model has read of it is looked at anew
    report.drawn += 1;
  }
  if (model) await readWithModel(model, present, states, options, report);
  return report;
}

function goneOf(states: Map<string, FactState>, changes: DocumentChange[], isAll: boolean): string[] {
  const gone = changes.filter(({ removed, documentId }) => removed && states.has(documentId));
  if (!isAll) return gone.map(({ documentId }) => documentId);
  const present = new Set(changes.flatMap(({ removed, documentId }) => (removed ? [] : [documentId])));
  return [...states.keys()].filter((documentId) => !present.has(documentId));
}

/** The rules' facts of the present passages, and what a model said of those of them that it has read. */
function drawnByRules(
  { document, passages }: StoredDocument,
  before: KeptFacts | undefined,
  clock: Clock,
): KeptFacts {
  const present = new Set(passages.map(({ id }) => id));
  const learnt = (before?.facts ?? []).filter(({ by, passageId }) => by && present.has(passageId));
  const model = before?.model && {
    ...before.model,
    read: before.model.read.filter((id) => present.has(id)),
    whole: false,
    at: clock.now(),
  };
  return {
    documentId: document.id,
    version: document.version,
    rules: RULES_VERSION,
    ...(model ? { model } : {}),
    facts: distinctFacts([...passages.flatMap(extractFacts), ...learnt]),
  };
}

async function readWithModel(
  model: ModelDrawing,
  present: DocumentChange[],
  states: Map<string, FactState>,
  { documents, facts, signal, clock }: KeepFactsOptions,
  report: KeptReport,
): Promise<void> {
  const { reader, most, pauseMs, logger } = model;
  let failures = 0;
  const stop = (): void => void (report.isDone = false);
  for (const { documentId } of present) {
    const state = states.get(documentId)?.model;
    if (state?.version === reader.version && state.whole) continue;
    const stored = await documents.get(documentId);
    let kept = await facts.get(documentId);
    if (!stored || !kept) continue;
    if (kept.model?.version !== reader.version) kept = readFromTheStart(kept, reader.version, clock);
    const known = new Set(kept.model?.read);
    for (const passage of stored.passages) {
      if (known.has(passage.id)) continue;
      if (signal?.aborted || report.asked >= most) return stop();
      if (report.asked > 0) await clock.sleep(pauseMs, signal);
      report.asked += 1;
      try {
        const read = await reader.read(passage, signal);
        failures = 0;
        known.add(passage.id);
        kept = withReading(kept, [...known], read, clock);
        await facts.put(kept);
      } catch (error) {
        if (signal?.aborted) return stop();
        failures += 1;
        stop();
        logger.warn(
          { passage: passage.id, reason: describeError(error) },
          'A model drew no facts; the rules did.',
        );
        if (failures >= FAILURES || isBudget(error)) return;
      }
    }
    const whole = stored.passages.every(({ id }) => known.has(id));
    if (whole && kept.model) await facts.put({ ...kept, model: { ...kept.model, whole } });
  }
}

/** What an earlier version of the prompt drew does not count any more. */
const readFromTheStart = (kept: KeptFacts, version: string, clock: Clock): KeptFacts => ({
  ...kept,
  facts: kept.facts.filter(({ by }) => !by),
  model: { version, read: [], whole: false, at: clock.now() },
});

const withReading = (
  kept: KeptFacts,
  read: string[],
  drawn: KeptFacts['facts'],
  clock: Clock,
): KeptFacts => ({
  ...kept,
  ...(kept.model ? { model: { ...kept.model, read, at: clock.now() } } : {}),
  facts: distinctFacts([...kept.facts, ...drawn]),
});

const isBudget = (error: unknown): boolean =>
  error instanceof StewardError && error.code === 'gateway.budget';
