import type { Passage } from '../../kernel/answer.js';
import type { FactExtractor } from './extract-facts.js';
import type { Fact } from './fact.js';

/** Facts of all passages, one passage after the other: a model may be behind it. */
export async function factsOf(passages: Passage[], extract: FactExtractor): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const passage of passages) facts.push(...(await extract(passage)));
  return facts;
}
