import type { GivenAnswer } from './traffic.js';

/** One kind of message, and how its right answer is told. */
export interface Task {
  text(messageId: string): string;
  isRight(answer: GivenAnswer, messageId: string): boolean;
}

const QUESTION = 'How many weeks of parental leave do I get?';

export const TASKS = {
  /** What an echo bot does. */
  echo: {
    text: (messageId: string) => `hello ${messageId}`,
    isRight: (answer: GivenAnswer, messageId: string) => answer.text.includes(`Echo: hello ${messageId}`),
  },
  /** A command: the whole pipeline without knowledge and model. */
  help: { text: () => 'help', isRight: (answer: GivenAnswer) => answer.text.includes('AdaptiveCard') },
  /** A question that the sample handbook answers, with its citation. */
  question: {
    text: () => QUESTION,
    isRight: (answer: GivenAnswer) => /parental/i.test(answer.text) && answer.text.includes('[1]'),
  },
} satisfies Record<string, Task>;

export type TaskName = keyof typeof TASKS;
