import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { GivenAnswer } from './traffic.js';

/** One kind of message, and how its right answer is told. */
export interface Task {
  text(messageId: string): string;
  isRight(answer: GivenAnswer, messageId: string): boolean;
}

const QUESTION = 'How many weeks of parental leave do I get?';
let fresh: string[] | undefined;
let asked = 0;

/** Questions that the sample handbook answers, one after the other. */
function freshQuestion(): string {
  fresh ??= readFileSync(shippedFile('tests', 'evals', 'knowledge', 'golden.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { kind: string; question: string })
    .flatMap(({ kind, question }) => (kind === 'single' ? [question] : []));
  asked += 1;
  return fresh[asked % fresh.length] ?? QUESTION;
}

export const TASKS = {
  /** What an echo bot does. */
  echo: {
    text: (messageId: string) => `hello ${messageId}`,
    isRight: (answer: GivenAnswer, messageId: string) => answer.text.includes(`Echo: hello ${messageId}`),
  },
  /** A command: the whole pipeline without knowledge and model. */
  help: {
    text: () => 'help',
    isRight: ({ text }: GivenAnswer) => text.includes('AdaptiveCard') || text.includes('"type":"header"'),
  },
  /** A question that the sample handbook answers, with its citation; it was asked before. */
  question: {
    text: () => QUESTION,
    isRight: ({ text }: GivenAnswer) => /parental/i.test(text) && text.includes('[1]'),
  },
  /**
   * Another question each time, after other ones in its conversation, so that it is found and extracted anew. Of the sample's
   * golden questions most have an answer; after several uncertain ones a person is called as well.
   */
  'new-question': {
    text: freshQuestion,
    isRight: ({ text }: GivenAnswer) => text.includes('AdaptiveCard'),
  },
} satisfies Record<string, Task>;

export type TaskName = keyof typeof TASKS;
