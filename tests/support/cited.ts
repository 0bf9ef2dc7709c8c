import type { ReceivedCall } from '../fakes/openai-server.js';

/** A sentence as a model would write it: with the number of the source, among those it was given, that holds some words. */
export function cited(sentence: string, words: string, { body }: ReceivedCall): string {
  const sources = body.messages.at(-1)?.content ?? '';
  const before = sources.slice(0, Math.max(0, sources.indexOf(words)));
  const number = [...before.matchAll(/\[(\d{1,2})\] <<</g)].at(-1)?.[1] ?? '1';
  return `${sentence} [${number}].`;
}
