import type { Answer, AnswerStep, Citation, Passage } from '../kernel/answer.js';
import type { Clock } from '../kernel/clock.js';
import { describeError, StewardError, Unavailable } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { Logger } from '../kernel/logger.js';
import type { CallOrigin, Model, ModelMessage, ModelResult } from '../gateway/model.js';
import type { PromptRegistry, RenderedPrompt } from '../gateway/prompts/registry.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../guardrails/untrusted.js';
import type { KnowledgeBase, PassageHit, SearchOptions } from '../knowledge/knowledge-base.js';

const PASSAGES = 8;
const NOT_SAID = 'NOT_IN_DOCUMENTS';
/** A text that cites nothing and that the passages support less is not an answer from them: a refusal, or small talk. */
const LEAST_SUPPORT = 0.5;

export interface AnswererDependencies {
  /** Writes prose from passages; without one the knowledge base extracts the answer. */
  model?: Model;
  prompts: PromptRegistry;
  /** How well passages support a text, 0 to 1. */
  grounding(text: string, passages: string[], question: string): Promise<number>;
  clock: Clock;
  logger: Logger;
}

export interface QuestionOptions extends SearchOptions {
  origin: CallOrigin;
  /** BCP 47; answers come in the question's language, this one decides when that cannot be told. */
  locale: string;
  signal?: AbortSignal;
  /** Aborts when the person wants no more of it: what was written until then is the answer, marked as none. */
  stop?: AbortSignal;
  /** What is remembered of the conversation and the person, for a model. */
  memory?: string;
  /** Gets the text as it is written. */
  onText?(text: string): void;
}

export type AnswerQuestion = (
  knowledge: KnowledgeBase,
  question: string,
  options: QuestionOptions,
) => Promise<Answer>;

/**
 * Answers a question from documents. With a model: prose from the best passages, each sentence cited, kept only while the
 * passages support it. Without one, or while it does not answer: sentences quoted from the documents.
 */
export function createAnswerer(deps: AnswererDependencies): AnswerQuestion {
  const { model, clock, logger } = deps;
  return async (knowledge, question, options) => {
    const timed = stopwatch(clock);
    const quoted = async (): Promise<Answer> => {
      const answer = await knowledge.answer(question, options);
      const titles = unique(answer.citations.map(({ title }) => title));
      return { ...answer, steps: [{ kind: 'searched', ms: timed(), titles }] };
    };
    if (!model) return quoted();
    options.onSearch?.();
    const hits = await knowledge.searchPassages(question, { ...options, k: PASSAGES });
    if (hits.length === 0) return quoted();
    const titles = unique(hits.map(({ passage }) => passage.title));
    const steps: AnswerStep[] = [{ kind: 'searched', ms: timed(), titles }];
    let written = '';
    const { origin, locale } = options;
    const prompt = deps.prompts.render(
      'answer',
      { locale, notSaid: NOT_SAID, notice: UNTRUSTED_NOTICE },
      origin.personId ?? origin.correlationId,
    );
    try {
      const result = await write(model, prompt, question, hits, {
        ...options,
        onText: (more) => {
          written += more;
          options.onText?.(more);
        },
      });
      const text = result.text.trim();
      if (options.stop?.aborted) return stoppedAt(text, model.name, clock.now());
      steps.push(writtenStep(result, prompt, timed()));
      if (text === '')
        throw new Unavailable('agents.empty-answer', `Nothing was written (${result.finishReason}).`);
      if (text.includes(NOT_SAID))
        return { ...(await abstained(knowledge, question, options, model.name)), prompt: prompt.id, steps };
      const passages = hits.map(({ passage }) => passage);
      const cited = citationsOf(text, passages);
      const confidence = await deps.grounding(
        text,
        passages.map((passage) => passage.text),
        question,
      );
      steps.push({ kind: 'checked', ms: timed(), grounding: confidence });
      if (cited.length === 0 && confidence < LEAST_SUPPORT) {
        logger.info({ grounding: confidence }, 'The model cites nothing; the answer is quoted instead.');
        return { ...(await knowledge.answer(question, options)), prompt: prompt.id, steps };
      }
      return {
        id: newId(clock.now()),
        answered: true,
        text: renumbered(text, cited),
        parts: [],
        citations: cited,
        confidence,
        nearest: [],
        model: model.name,
        prompt: prompt.id,
        steps,
        ...(result.finishReason === 'length' && { note: 'model-cut' as const }),
      };
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (options.stop?.aborted) return stoppedAt(written, model.name, clock.now());
      if (!(error instanceof StewardError)) throw error;
      logger.warn(
        { error: describeError(error), code: error.code },
        'The model does not answer; the answer is quoted instead.',
      );
      const note = error.code === 'gateway.budget' ? 'model-budget' : 'model-down';
      return { ...(await quoted()), note };
    }
  };
}

/** @returns a function that tells the ms since it was last called. */
function stopwatch(clock: Clock): () => number {
  let since = clock.now().getTime();
  return () => {
    const before = since;
    since = clock.now().getTime();
    return since - before;
  };
}

const unique = (titles: string[]): string[] => [...new Set(titles)];

const writtenStep = (
  { model, usage, costMicroUsd, fellBackFrom = [], besides }: ModelResult,
  prompt: RenderedPrompt,
  ms: number,
): AnswerStep => ({
  kind: 'written',
  ms,
  model,
  prompt: prompt.id,
  ...(besides && { besides }),
  tokens: usage.inputTokens + usage.outputTokens,
  costMicroUsd,
  fellBackFrom,
});

/** The person pressed Stop: nobody has checked what stands there, so it is no answer. */
const stoppedAt = (text: string, model: string, now: Date): Answer => ({
  id: newId(now),
  answered: false,
  text: renumbered(text, []),
  parts: [],
  citations: [],
  confidence: 0,
  nearest: [],
  model,
});

async function abstained(
  knowledge: KnowledgeBase,
  question: string,
  options: QuestionOptions,
  model: string,
): Promise<Answer> {
  const extracted = await knowledge.answer(question, options);
  return { ...extracted, answered: false, text: '', citations: [], parts: [], model };
}

/** What was said before holds what documents and tools said as well, so it is material to read like them. */
const remembered = (memory: string, { correlationId }: CallOrigin): string =>
  markUntrusted({ text: memory, origin: 'tool-result', label: 'memory' }, correlationId);

async function write(
  model: Model,
  prompt: RenderedPrompt,
  question: string,
  hits: PassageHit[],
  { origin, signal, stop, onText, memory, history = [] }: QuestionOptions,
): Promise<ModelResult> {
  const passages = hits.map(({ passage }) => passage);
  const sources = passages
    .map((passage, index) => {
      const label = [passage.title, ...passage.headings].join(' - ');
      return `[${index + 1}] ${markUntrusted({ text: passage.text, origin: 'document', label }, origin.correlationId)}`;
    })
    .join('\n\n');
  const messages: ModelMessage[] = [
    { role: 'system', content: prompt.text },
    ...(memory
      ? [{ role: 'user' as const, content: `Earlier in this conversation:\n${remembered(memory, origin)}` }]
      : []),
    ...(history.length > 0 && !memory
      ? [{ role: 'user' as const, content: `Earlier questions in this conversation: ${history.join(' / ')}` }]
      : []),
    { role: 'user', content: `Sources:\n\n${sources}\n\nQuestion: ${question}` },
  ];
  let text = '';
  let result: ModelResult | undefined;
  const request = {
    messages,
    tier: 'standard' as const,
    route: { text: question, historyTurns: history.length },
    origin: { ...origin, prompt: prompt.id },
    signal: AbortSignal.any([signal, stop].filter((each) => each !== undefined)),
    question,
    passages,
    temperature: 0.1,
  };
  for await (const event of model.stream(request)) {
    if (event.kind === 'end') {
      result = event.result;
      continue;
    }
    const before = text.length;
    text += event.text;
    // Nothing is shown until it is clear that this is not the agreed word for "not said".
    if (text.length > NOT_SAID.length) onText?.(before > NOT_SAID.length ? event.text : text);
  }
  if (!result) throw new Unavailable('agents.no-result', 'The model ended its reply without a result.');
  return { ...result, text: result.text || text };
}

/** Numbers that the text cites, in order of first use, each with the passage's sentence that is nearest to the claim. */
function citationsOf(text: string, passages: Passage[]): Citation[] {
  const numbers = [...new Set([...text.matchAll(/\[(\d{1,2})\]/g)].map((match) => Number(match[1])))];
  return numbers.flatMap((number) => {
    const passage = passages[number - 1];
    if (!passage) return [];
    const claim = text.split(/(?<=[.!?])\s+/).find((sentence) => sentence.includes(`[${number}]`)) ?? text;
    const { id, documentId, path, title, headings } = passage;
    return [
      {
        number,
        passageId: id,
        documentId,
        path,
        title,
        headings,
        quote: nearestSentence(claim, passage.text),
      },
    ];
  });
}

function nearestSentence(claim: string, text: string): string {
  const words = new Set(claim.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const sentences = text
    .match(/[^.!?\n]+[.!?]*/g)
    ?.map((sentence) => sentence.trim())
    .filter(Boolean) ?? [text];
  const shared = (sentence: string): number =>
    (sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => words.has(word)).length;
  return sentences.reduce(
    (best, sentence) => (shared(sentence) > shared(best) ? sentence : best),
    sentences[0] ?? text,
  );
}

/** Citations are counted from 1 in the order of the text; numbers without a source are taken out. */
function renumbered(text: string, citations: Citation[]): string {
  const order = new Map(citations.map((citation, index) => [citation.number, index + 1]));
  for (const citation of citations) citation.number = order.get(citation.number) ?? citation.number;
  return text.replace(/\s?\[(\d{1,2})\]/g, (mark, number: string) => {
    const place = order.get(Number(number));
    return place === undefined ? '' : mark.replace(number, String(place));
  });
}
