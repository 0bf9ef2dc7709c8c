import type { BreakerEvent } from '../core/guardrails/circuit-breaker.js';
import { createAnswerer, type AnswerQuestion } from '../core/agents/answer-question.js';
import type { CallOrigin, Model } from '../core/gateway/model.js';
import type { PromptRegistry } from '../core/gateway/prompts/registry.js';
import type { Answer } from '../core/kernel/answer.js';
import type { Clock } from '../core/kernel/clock.js';
import { conversationKey, roomOf } from '../core/kernel/conversation-reference.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Turn } from '../core/kernel/turn.js';
import { newId } from '../core/kernel/ids.js';
import { mayRead, readerMayRead, readerOf, visibleTo, type Audience } from '../core/knowledge/access.js';
import type { DocumentAccess } from '../core/knowledge/document.js';
import {
  matchStandardAnswer,
  type StandardAnswerStore,
} from '../core/knowledge/learning/standard-answers.js';
import type { SearchOptions } from '../core/knowledge/knowledge-base.js';
import type { GivenAnswer } from '../dialogs/agents/answer-trace.js';
import type { QuestionDependencies } from '../dialogs/question.js';
import type { AnswerLog, AnswerRecord } from '../storage/mongo/answers.js';
import type { MemoryRoom } from './compose-memory.js';
import { createRecently } from './recently.js';
import type { KnowledgeRoom } from './compose-knowledge.js';

type Asked = Pick<AnswerRecord, 'question' | 'at'>;

/** Earlier questions that a follow-up may lean on. */
const HISTORY = 3;
/** In a channel others ask as well. */
const LATEST_HERE = 20;
const HISTORY_MS = 30 * 60_000;

export interface AnswersOptions {
  knowledge: KnowledgeRoom;
  answers(tenantId: string): AnswerLog;
  standardAnswers(tenantId: string): Pick<StandardAnswerStore, 'list'>;
  audience(turn: Turn): Promise<Audience>;
  memory: Pick<MemoryRoom, 'context' | 'note'>;
  model: Model | undefined;
  grounding(text: string, passages: string[], question: string): Promise<number>;
  /** Tells whether words that come from a document try to steer whoever reads them. */
  isHostile(text: string, tenantId: string): Promise<boolean>;
  prompts: PromptRegistry;
  clock: Clock;
  logger: Logger;
}

/** What an answer means for the breaker of its session: how sure it was, and what its model calls cost. */
export const eventOf = ({ answered, confidence, steps = [] }: Answer): BreakerEvent => ({
  kind: 'success',
  confidence: answered ? confidence : undefined,
  costMicroUsd: steps.reduce((sum, step) => sum + (step.kind === 'written' ? step.costMicroUsd : 0), 0),
});

/** Whom a turn's model calls are made and charged for. */
export const originOf = (turn: Turn, purpose: string): CallOrigin => ({
  tenantId: turn.tenant.id,
  personId: turn.person.id,
  sessionId: conversationKey(turn.conversation),
  project: roomOf(turn.conversation),
  correlationId: turn.correlationId,
  purpose,
});

/** The question dialog's two functions: answer a turn from what its readers may read, and keep the answer. */
export function createAnswers(options: AnswersOptions): Pick<QuestionDependencies, 'answer' | 'keep'> & {
  /** Best passages for a text, of what everybody in the conversation may read. */
  passages(turn: Turn, text: string): Promise<{ title: string; text: string }[]>;
  /** The person's latest answer in the conversation, with how it came about. */
  last(turn: Turn): Promise<GivenAnswer | undefined>;
} {
  const { knowledge, answers, standardAnswers, audience, memory, clock } = options;
  const ask: AnswerQuestion = createAnswerer(options);

  const latest = createRecently<Asked[]>(clock);
  const placeOf = (turn: Turn): string => `${turn.tenant.id}|${conversationKey(turn.conversation)}`;

  const history = async (turn: Turn): Promise<string[]> => {
    const place = placeOf(turn);
    const earlier =
      latest.get(place) ??
      (await answers(turn.tenant.id).ofConversation(conversationKey(turn.conversation), HISTORY));
    latest.set(place, earlier);
    const since = clock.now().getTime() - HISTORY_MS;
    return earlier
      .filter(({ at }) => at.getTime() > since)
      .map(({ question }) => question)
      .reverse();
  };

  const fixedAnswer = async (turn: Turn, readers: Audience): Promise<Answer | undefined> => {
    const question = turn.activity.text;
    const now = clock.now();
    const fixed = matchStandardAnswer(question, await standardAnswers(turn.tenant.id).list(), {
      analyser: knowledge.analyserFor(question),
      now,
      mayRead: (access) => mayRead(access, readers),
    });
    if (!fixed) return undefined;
    const found = {
      answered: true,
      text: fixed.answer,
      parts: [],
      citations: [],
      confidence: 1,
      nearest: [],
    };
    return { ...found, id: newId(now), model: 'standard-answer' };
  };

  /** How many sources an answer to the asker alone would be drawn from that not everybody here may read. */
  const heldBack = async (
    turn: Turn,
    readers: Audience,
    search: Omit<SearchOptions, 'mayRead'>,
  ): Promise<number> => {
    if (readers.kind === 'person') return 0;
    const asker = readerOf(turn.person);
    const base = await knowledge.of(turn.tenant.id);
    const isForAskerAlone = ({ access }: { access: DocumentAccess }): boolean =>
      readerMayRead(access, asker) && !mayRead(access, readers);
    if (!base.holdsAny(isForAskerAlone)) return 0;
    const accesses = new Map<string, DocumentAccess>();
    const alone = await base.answer(turn.activity.text, {
      ...search,
      origin: originOf(turn, 'answer'),
      readers: undefined,
      mayRead: ({ id, access }) => {
        accesses.set(id, access);
        return readerMayRead(access, asker);
      },
    });
    const sources = [...new Set(alone.citations.map(({ documentId }) => documentId))];
    const access = (id: string): DocumentAccess => accesses.get(id) ?? { classification: 'restricted' };
    return visibleTo(sources, access, readers, asker).privately;
  };

  /** A document that gives orders to its readers is no answer; its words are not passed on. */
  const withoutHostileWords = async (turn: Turn, answer: Answer): Promise<Answer> => {
    const near = answer.nearest.filter(({ quote }) => quote !== undefined);
    const words = answer.answered ? answer.text : near.map(({ quote }) => quote).join('\n');
    if (words === '' || !(await options.isHostile(words, turn.tenant.id))) return answer;
    const documents = [...answer.citations, ...near].map(({ documentId }) => documentId);
    options.logger.warn(
      { correlationId: turn.correlationId, documents },
      'A document holds words that try to steer its readers.',
    );
    return { ...answer, answered: false, text: '', parts: [], citations: [], nearest: [] };
  };

  return {
    passages: async (turn, text) => {
      const readers = await audience(turn);
      const base = await knowledge.of(turn.tenant.id);
      const hits = await base.searchPassages(text, {
        k: 4,
        origin: originOf(turn, 'think'),
        mayRead: ({ access }) => mayRead(access, readers),
      });
      return hits.map(({ passage }) => ({ title: passage.title, text: passage.text }));
    },
    last: async (turn) => {
      const earlier = await answers(turn.tenant.id).ofConversation(
        conversationKey(turn.conversation),
        LATEST_HERE,
      );
      const own = earlier.find(({ personId }) => personId === turn.person.id);
      return own?.steps && { question: own.question, steps: own.steps, at: own.at };
    },
    answer: async (turn, onSearch): Promise<Answer> => {
      // with a model every question takes its time: what is read first must not hold up the first sign
      if (options.model) onSearch();
      const readers = await audience(turn);
      const fixed = await fixedAnswer(turn, readers);
      if (fixed) return fixed;
      const search = { k: 8, history: await history(turn), readers: JSON.stringify(readers) };
      const openPrivately = await heldBack(turn, readers, search);
      const answer = await ask(await knowledge.of(turn.tenant.id), turn.activity.text, {
        ...search,
        onSearch: options.model ? undefined : onSearch,
        mayRead: ({ access }) => mayRead(access, readers),
        locale: turn.locale,
        signal: turn.signal,
        stop: turn.live.whenStopped,
        memory: options.model && (await memory.context(turn)),
        onText: (text) => turn.live.append(text),
        origin: originOf(turn, 'answer'),
      });
      const told = await withoutHostileWords(turn, answer);
      return openPrivately > 0 ? { ...told, openPrivately } : told;
    },
    keep: async (turn, answer) => {
      options.prompts.note(answer.prompt, turn.tenant.id, answer.answered ? 'answered' : 'not-said');
      const added = answers(turn.tenant.id).add({
        _id: answer.id,
        personId: turn.person.id,
        conversation: conversationKey(turn.conversation),
        question: turn.text,
        text: answer.text,
        answered: answer.answered,
        confidence: answer.confidence,
        model: answer.model,
        prompt: answer.prompt,
        steps: answer.steps,
        citations: answer.citations.map(({ documentId, passageId, path, title, quote, number }) => ({
          documentId,
          passageId,
          path,
          title,
          quote,
          number,
        })),
        at: clock.now(),
      });
      await Promise.all([added, memory.note(turn, answer.text)]);
      const place = placeOf(turn);
      const known = latest.get(place);
      if (known) latest.set(place, [{ question: turn.text, at: clock.now() }, ...known].slice(0, HISTORY));
    },
  };
}
