import { beforeEach, describe, expect, it } from '@jest/globals';
import { storedDocument } from '../../../tests/contracts/document-store-contract.js';
import type { Model, ModelRequest } from '../../gateway/model.js';
import { loadPrompts } from '../../gateway/prompts/registry.js';
import { Unavailable } from '../../kernel/errors.js';
import { silentLogger } from '../../kernel/logger.js';
import type { Fact, FactStore } from './fact.js';
import { createModelFactExtractor } from './extract-facts-with-model.js';
import { createGraphIndex, fanOut } from './graph-index.js';
import { type KnowledgeGraph, createKnowledgeGraph } from './knowledge-graph.js';

let graph: KnowledgeGraph;
let kept: Map<string, Fact[]>;
let facts: FactStore;
beforeEach(() => {
  graph = createKnowledgeGraph();
  kept = new Map();
  facts = {
    put: async (documentId, own) => void kept.set(documentId, own),
    remove: async (documentId) => void kept.delete(documentId),
    async *all() {
      for (const [documentId, own] of kept) yield { documentId, facts: own };
    },
  };
});

const manager = (text: string, version = 1) => storedDocument('a', [text], { version });
const found = (): string[] =>
  graph.query({ from: 'plant manager', hops: 1, limit: 5, mayRead: () => true }).map((path) => path.to);

describe('the graph behind an ingest', () => {
  it('learns of documents as they come and go, in order', async () => {
    const index = createGraphIndex({ graph, facts, logger: silentLogger });
    index.add(manager('The plant manager is Mirela Stoica.'));
    index.add(manager('The plant manager is Jonas Petersen.', 2));
    await index.idle();
    expect(found()).toEqual(['jonas petersen']);
    index.remove('a');
    expect(found()).toEqual([]);
    await index.idle();
    expect(kept.size).toBe(0);
  });

  it('goes on after a fault of the store', async () => {
    let faults = 1;
    const shaky = {
      ...facts,
      put: (id: string, own: Fact[]) =>
        faults-- > 0 ? Promise.reject(new Error('busy')) : facts.put(id, own),
    };
    const index = createGraphIndex({ graph, facts: shaky, logger: silentLogger });
    index.add(manager('The plant manager is Mirela Stoica.'));
    index.add(storedDocument('b', ['The data protection officer is Yusuf Demir.']));
    await index.idle();
    expect([...kept.keys()]).toEqual(['b']);
  });

  it('can be one of several indexes', () => {
    const seen: string[] = [];
    const spy = (name: string) => ({
      add: () => void seen.push(`${name}+`),
      remove: () => void seen.push(`${name}-`),
    });
    const both = fanOut(spy('x'), spy('y'));
    both.add(manager('text'));
    both.remove('a');
    expect(seen).toEqual(['x+', 'y+', 'x-', 'y-']);
  });
});

describe('facts drawn with a model', () => {
  const origin = { tenantId: 't', correlationId: 'c', purpose: 'facts' };
  const requests: ModelRequest[] = [];
  const modelSaying = (reply: string | Error): Model => ({
    name: 'scripted',
    generate: async (request) => {
      requests.push(request);
      if (reply instanceof Error) throw reply;
      const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reported: true };
      return {
        text: reply,
        toolCalls: [],
        finishReason: 'stop',
        usage,
        model: 'scripted/x',
        costMicroUsd: 0,
      };
    },
    // eslint-disable-next-line require-yield -- it is never called
    async *stream() {
      throw new Error('not used');
    },
  });
  const [passage] = manager(
    'The foreman Viktor Hruby repairs the press P-7. The plant manager is Mirela Stoica.',
  ).passages;
  const drawn = async (reply: string | Error): Promise<string[]> => {
    if (!passage) return [];
    const own = await createModelFactExtractor(
      { model: modelSaying(reply), prompts: loadPrompts() },
      origin,
      silentLogger,
    )(passage);
    return own.map(({ subject, relation, object }) => `${subject} | ${relation} | ${object}`);
  };
  const RULES = ['plant manager | is | Mirela Stoica'];

  it('are added to those of the rules when they stand in the passage', async () => {
    const reply = JSON.stringify({
      facts: [
        { subject: 'Viktor Hruby', relation: 'Repairs', object: 'press P-7' },
        { subject: 'the plant manager', relation: 'is', object: 'Mirela Stoica' },
      ],
    });
    expect(await drawn(reply)).toEqual([...RULES, 'Viktor Hruby | repairs | press P-7']);
    expect(requests.at(-1)?.messages[1]?.content).toContain('press P-7');
    expect(requests.at(-1)?.origin.prompt).toBe('facts@1');
  });

  it('are left out when the model made them up', async () => {
    const reply = JSON.stringify({
      facts: [
        { subject: 'Viktor Hruby', relation: 'earns', object: '90,000 euros' },
        { subject: 'Donald Duck', relation: 'is', object: 'Mirela Stoica' },
      ],
    });
    expect(await drawn(reply)).toEqual(RULES);
  });

  it.each(['no json', '{"facts": 5}', '{"facts":[{"subject":"x"}]}'])(
    'fall back to the rules on the reply %s',
    async (reply) => {
      expect(await drawn(reply)).toEqual(RULES);
    },
  );

  it('fall back to the rules when the model does not answer', async () => {
    expect(await drawn(new Unavailable('x.y', 'down'))).toEqual(RULES);
  });
});
