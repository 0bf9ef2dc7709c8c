import { describe, expect, it } from '@jest/globals';
import { storedDocument } from '../../../tests/contracts/document-store-contract.js';
import type { KnowledgeDocument } from '../document.js';
import { staleByOwner, staleDocuments } from './stale-documents.js';

const NOW = new Date('2026-03-02T00:00:00Z');
const document = (id: string, changes: Partial<KnowledgeDocument>): KnowledgeDocument =>
  storedDocument(id, ['x'], changes).document;

describe('stale documents', () => {
  const documents = [
    document('fresh', { updatedAt: new Date('2026-01-01') }),
    document('old', { updatedAt: new Date('2024-01-01'), owner: 'a@x.example' }),
    document('used', { updatedAt: new Date('2024-06-01') }),
    document('due', {
      updatedAt: new Date('2026-02-01'),
      reviewBy: new Date('2026-03-01'),
      owner: 'a@x.example',
    }),
    document('reviewed', { updatedAt: new Date('2020-01-01'), reviewBy: new Date('2027-01-01') }),
  ];

  it('are those whose review is due, and old ones without a date of review; the most used first', () => {
    const stale = staleDocuments(documents, { now: NOW, maxAgeDays: 365, citations: new Map([['used', 7]]) });
    expect(stale.map((one) => [one.document.id, one.reason, one.citations])).toEqual([
      ['used', 'old', 7],
      ['old', 'old', 0],
      ['due', 'review-due', 0],
    ]);
    expect(stale[1]?.since).toEqual(new Date('2024-12-31'));
  });

  it('are told to their owner', () => {
    const owners = staleByOwner(staleDocuments(documents, { now: NOW, maxAgeDays: 365 }), 'desk@x.example');
    expect([...owners].map(([owner, own]) => [owner, own.length])).toEqual([
      ['a@x.example', 2],
      ['desk@x.example', 1],
    ]);
  });
});
