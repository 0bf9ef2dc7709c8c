import { beforeEach, describe, expect, it } from '@jest/globals';
import { storedDocument } from '../../../tests/contracts/document-store-contract.js';
import { silentLogger } from '../../kernel/logger.js';
import type { Fact, FactStore } from './fact.js';
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
