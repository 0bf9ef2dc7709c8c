import { beforeEach, describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../kernel/package-root.js';
import { createManualClock } from '../../../tests/support/manual-clock.js';
import { readFolder } from '../ingest/read-folder.js';
import { extractFacts } from './extract-facts.js';
import type { Fact } from './fact.js';
import { type KnowledgeGraph, createKnowledgeGraph } from './knowledge-graph.js';

const fact = (subject: string, relation: string, object: string, documentId = 'd1'): Fact => ({
  subject,
  relation,
  object,
  documentId,
  passageId: `${documentId}:p`,
});
const everything = { hops: 3, limit: 20, mayRead: () => true };

let graph: KnowledgeGraph;
beforeEach(() => {
  graph = createKnowledgeGraph();
  graph.put('d1', [
    fact('Cost centre 4100', 'owner', 'Katarzyna Zielinska'),
    fact('Cost centre 4100', 'name', 'Milling'),
  ]);
  graph.put('d2', [fact('Katarzyna Zielinska', 'telephone', 'extension 1140', 'd2')]);
});

const ways = (query: Partial<Parameters<KnowledgeGraph['query']>[0]> & { from: string }): string[] =>
  graph
    .query({ ...everything, ...query })
    .map(({ from, to, steps }) =>
      [from, ...steps.map((step) => `${step.backwards ? '<' : ''}${step.fact.relation}`), to].join(' > '),
    );

describe('the graph', () => {
  it('finds entities in a question and answers over several documents', () => {
    expect(
      ways({ from: 'What is the telephone of the owner of cost centre 4100?', relation: 'telephone' }),
    ).toEqual(['cost centre 4100 > owner > telephone > extension 1140']);
  });

  it('walks backwards and to a goal', () => {
    expect(ways({ from: 'Milling', to: 'extension 1140' })).toEqual([
      'milling > <name > owner > telephone > extension 1140',
    ]);
    expect(ways({ from: 'Milling', to: 'extension 1140', hops: 2 })).toEqual([]);
  });

  it('knows plurals and spelling variants of names', () => {
    expect(ways({ from: 'COST  CENTRES 4100', hops: 1 })).toEqual([]);
    expect(ways({ from: 'the “Milling”', hops: 1 })).toEqual(['milling > <name > cost centre 4100']);
    graph.put('d3', [fact('security desk', 'telephone', 'extension 2222', 'd3')]);
    expect(ways({ from: 'security desks', hops: 1 })).toEqual(['security desk > telephone > extension 2222']);
  });

  it('leads no way through a document that may not be read, and does not know its entities', () => {
    const mayRead = (documentId: string): boolean => documentId !== 'd1';
    expect(ways({ from: 'Milling', mayRead })).toEqual([]);
    expect(ways({ from: 'cost centre 4100', mayRead })).toEqual([]);
    expect(graph.entitiesIn('cost centre 4100 and Katarzyna Zielinska', mayRead)).toEqual([
      'katarzyna zielinska',
    ]);
    expect(ways({ from: 'cost centre 4100', hops: 3, mayRead: (id) => id !== 'd2' })).not.toContain(
      'cost centre 4100 > owner > telephone > extension 1140',
    );
  });

  it('forgets a document with all that it said', () => {
    graph.remove('d1');
    expect(ways({ from: 'cost centre 4100' })).toEqual([]);
    expect(graph.size).toEqual({ entities: 2, facts: 1 });
    graph.remove('d2');
    graph.remove('d2');
    expect(graph.size).toEqual({ entities: 0, facts: 0 });
  });

  it('takes the new facts of a document for the old ones', () => {
    graph.put('d1', [fact('Cost centre 4100', 'owner', 'Jonas Petersen')]);
    expect(ways({ from: 'cost centre 4100', relation: 'owner', hops: 1 })).toEqual([
      'cost centre 4100 > owner > jonas petersen',
    ]);
  });

  it('gives up at what everything hangs on, and ends in circles', () => {
    const crowd = Array.from({ length: 100 }, (_, number) =>
      fact(`Person ${number}`, 'site', 'Harbour House', 'd4'),
    );
    graph.put('d4', [
      ...crowd,
      fact('Person 1', 'knows', 'Person 2', 'd4'),
      fact('Person 2', 'knows', 'Person 1', 'd4'),
    ]);
    expect(ways({ from: 'Person 1', to: 'Person 77' })).toEqual([]);
    expect(ways({ from: 'Person 1', to: 'Person 2' })).toEqual([
      'person 1 > knows > person 2',
      'person 1 > <knows > person 2',
    ]);
  });
});

describe('the graph of the sample handbook', () => {
  it('leads over two of its pages', async () => {
    const handbook = createKnowledgeGraph();
    for await (const { document, passages } of readFolder(shippedFile('samples', 'handbook'), {
      clock: createManualClock(),
    })) {
      handbook.put(document.id, passages.flatMap(extractFacts));
    }
    const [path] = handbook.query({
      from: 'Who owns cost centre 4900?',
      relation: 'owner',
      hops: 1,
      limit: 1,
      mayRead: () => true,
    });
    expect(path?.steps[0]?.fact.object).toBe('Viktor Hruby');
    const pages = handbook.query({ from: 'Assembly', to: 'plant manager', ...everything })[0];
    const documentsOnTheWay = new Set(pages?.steps.map((step) => step.fact.documentId));
    expect(documentsOnTheWay.size).toBe(2);
  });
});
