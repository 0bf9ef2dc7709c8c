import type { Subject } from './subject.js';
import { isCallNotice, isWaitingNotice, type GivenAnswer, type Traffic } from './traffic.js';

export interface LoadOptions {
  subject: Subject;
  traffic: Traffic;
  conversations: number;
  durationMs: number;
  /**
   * Over how many channels the conversations move on from message to message, where one channel takes few messages a second;
   * one each by default.
   */
  channels?: number;
  /** What the person writes. */
  text(messageId: string): string;
  /** Whether an answer is the right one for that message. */
  isRight(answer: GivenAnswer, messageId: string): boolean;
}

export interface LoadResult {
  answered: number;
  messagesPerSecond: number;
  /** From posting the message until its answer arrived, in milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  /** Processor time of the bot per answered message, in microseconds. */
  cpuMicros: number;
  rssBytes: number;
  /** Without the pages of mapped files. */
  ownBytes: number;
  /** Each is a mistake; all are 0 in a good run. */
  unanswered: number;
  wrong: number;
  surplus: number;
  refused: number;
  /** The first answers that were mistakes, for whoever looks into them. */
  examples: string[];
}

const MOST_EXAMPLES = 3;
const ANSWER_WITHIN_MS = 20_000;
/** How long to listen for answers that should not come. */
const SETTLE_MS = 300;

interface Waiting {
  messageId: string;
  started: number;
  done(answered: boolean): void;
}

let runs = 0;

/**
 * Talks to a bot in many conversations at once. Each conversation sends its next message when the last one has been
 * answered, so the load follows what the bot can do; every message must get exactly one right answer.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { subject, traffic, conversations, durationMs, text, isRight } = options;
  const each = Math.max(1, Math.floor((options.channels ?? conversations) / conversations));
  const waiting = new Map<string, Waiting>();
  const latencies: number[] = [];
  const mistakes = { unanswered: 0, wrong: 0, surplus: 0, refused: 0 };
  const examples: string[] = [];
  const note = (kind: 'wrong' | 'surplus', { conversation, inReplyTo, text: said }: GivenAnswer): void => {
    mistakes[kind] += 1;
    if (examples.length < MOST_EXAMPLES)
      examples.push(`${kind} in ${conversation}, reply to ${inReplyTo ?? 'nothing'}: ${said.slice(0, 300)}`);
  };
  runs += 1;
  const run = `${process.pid}-${runs}`;

  const called = new Set<string>();
  /** A person is called beside the answer, at most once for a message. */
  const isFirstCall = (answer: GivenAnswer): boolean => {
    if (!isCallNotice(answer)) return false;
    if (answer.inReplyTo === undefined) return true;
    return called.size < called.add(answer.inReplyTo).size;
  };

  traffic.onAnswer((answer) => {
    if (answer.isUpdate || isWaitingNotice(answer) || isFirstCall(answer)) return;
    const message = waiting.get(answer.conversation);
    const isOther = answer.inReplyTo !== undefined && answer.inReplyTo !== message?.messageId;
    if (!message || isOther) {
      note('surplus', answer);
      return;
    }
    waiting.delete(answer.conversation);
    if (isRight(answer, message.messageId)) latencies.push(performance.now() - message.started);
    else note('wrong', answer);
    message.done(true);
  });

  async function exchange(conversation: string, messageId: string): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
      waiting.set(conversation, { messageId, started: performance.now(), done: resolve });
    });
    const status = await traffic.send(subject.port, conversation, messageId, text(messageId));
    if (status >= 300) mistakes.refused += 1;
    const isAnswered = status < 300 && (await answered);
    clearTimeout(timer);
    if (!isAnswered) waiting.delete(conversation);
    if (status < 300 && !isAnswered) mistakes.unanswered += 1;
    return isAnswered;
  }

  async function converse(conversation: string, end: number): Promise<void> {
    for (let count = 1; performance.now() < end; count += 1) {
      const channel = each === 1 ? conversation : `${conversation}-${count % each}`;
      if (!(await exchange(channel, `${run}-${channel}-${count}`))) return;
    }
  }

  const cpuBefore = subject.cpuMicros();
  const started = performance.now();
  const names = Array.from({ length: conversations }, (_none, index) => `L${String(index).padStart(3, '0')}`);
  await Promise.all(names.map((name) => converse(name, started + durationMs)));
  const seconds = (performance.now() - started) / 1000;
  const cpu = subject.cpuMicros() - cpuBefore;
  const rssBytes = subject.rssBytes();
  const ownBytes = subject.ownBytes();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

  const answered = latencies.length;
  return {
    answered,
    messagesPerSecond: answered / seconds,
    ...spreadOf(latencies),
    cpuMicros: answered === 0 ? Number.NaN : cpu / answered,
    rssBytes,
    ownBytes,
    ...mistakes,
    examples,
  };
}

/** How the latencies of a run are spread, in their own unit. */
export function spreadOf(latencies: readonly number[]): Pick<LoadResult, 'p50' | 'p95' | 'p99'> {
  const sorted = latencies.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) };
}

/** The value below which the given part of a sorted list lies (nearest rank). */
export function percentile(sorted: number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
