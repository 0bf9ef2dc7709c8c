import { describe, expect, it } from '@jest/globals';
import type { UnifiedFile, UnifiedTest } from './unified-runner.js';
import { unifiedOnStore } from './unified-target.js';

const documents = [1, 2, 3, 4, 5].map((_id) => ({ _id, x: _id * 11 }));
const place = { databaseName: 'unified', collectionName: 'things' };
const capped = { databaseName: 'unified', collectionName: 'log' };
const file: UnifiedFile = {
  description: 'what the unified format has beyond CRUD',
  createEntities: [
    {
      client: {
        id: 'client',
        observeEvents: ['commandStartedEvent', 'commandSucceededEvent', 'commandFailedEvent'],
        ignoreCommandMonitoringEvents: ['killCursors'],
      },
    },
    { database: { id: 'db', client: 'client', databaseName: 'unified' } },
    { collection: { id: 'things', database: 'db', collectionName: 'things' } },
    { collection: { id: 'log', database: 'db', collectionName: 'log' } },
    { session: { id: 'session', client: 'client' } },
  ],
  initialData: [
    { ...place, documents },
    { ...capped, documents: [{ _id: 1 }], createOptions: { capped: true, size: 4096 } },
  ],
  tests: [
    {
      description: 'a cursor is read step by step and closed',
      operations: [
        {
          name: 'createFindCursor',
          object: 'things',
          arguments: { filter: { _id: { $gt: 1 } }, batchSize: 2, session: 'session' },
          saveResultAsEntity: 'cursor',
        },
        ...documents.slice(1, 4).map((expectResult) => ({
          name: 'iterateUntilDocumentOrError',
          object: 'cursor',
          expectResult,
        })),
        { name: 'close', object: 'cursor' },
      ],
      expectEvents: [
        {
          client: 'client',
          events: [
            {
              commandStartedEvent: {
                command: { find: 'things', batchSize: 2, lsid: { $$sessionLsid: 'session' } },
                databaseName: 'unified',
              },
            },
            {
              commandSucceededEvent: { commandName: 'find', reply: { cursor: { $$type: 'object' }, ok: 1 } },
            },
            {
              commandStartedEvent: {
                command: { getMore: { $$type: ['int', 'long'] }, collection: 'things', batchSize: 2 },
              },
            },
            { commandSucceededEvent: { commandName: 'getMore' } },
          ],
        },
      ],
    },
    {
      description: 'a tailable cursor gives what is added later',
      operations: [
        {
          name: 'createFindCursor',
          object: 'log',
          arguments: { filter: {}, tailable: true, awaitData: true, maxAwaitTimeMS: 20 },
          saveResultAsEntity: 'cursor',
        },
        { name: 'iterateOnce', object: 'cursor', expectResult: { _id: 1 } },
        { name: 'iterateOnce', object: 'cursor', expectResult: { $$unsetOrMatches: {} } },
        { name: 'insertOne', object: 'log', arguments: { document: { _id: 2 } } },
        { name: 'iterateUntilDocumentOrError', object: 'cursor', expectResult: { _id: 2 } },
        { name: 'close', object: 'cursor' },
      ],
    },
    {
      description: "a command's cursor takes its own batch size, time and comment",
      operations: [
        {
          name: 'createCommandCursor',
          object: 'db',
          arguments: {
            commandName: 'find',
            command: { find: 'things', batchSize: 1 },
            batchSize: 3,
            comment: 'more',
          },
          saveResultAsEntity: 'cursor',
        },
        { name: 'iterateUntilDocumentOrError', object: 'cursor', expectResult: documents[0] },
        { name: 'iterateUntilDocumentOrError', object: 'cursor', expectResult: documents[1] },
        { name: 'close', object: 'cursor' },
      ],
      expectEvents: [
        {
          client: 'client',
          ignoreExtraEvents: true,
          events: [
            { commandStartedEvent: { command: { find: 'things', batchSize: 1 } } },
            { commandSucceededEvent: { commandName: 'find' } },
            { commandStartedEvent: { command: { collection: 'things', batchSize: 3, comment: 'more' } } },
          ],
        },
      ],
    },
    {
      description: 'a result is kept and compared, a failure is told',
      operations: [
        {
          name: 'findOne',
          object: 'things',
          arguments: { filter: { _id: 2 } },
          saveResultAsEntity: 'second',
        },
        {
          name: 'findOneAndUpdate',
          object: 'things',
          arguments: { filter: { x: 22 }, update: { $set: { x: 0 } } },
          expectResult: { $$matchesEntity: 'second' },
        },
        {
          name: 'runCommand',
          object: 'db',
          arguments: { commandName: 'nothing', command: { nothing: 1 } },
          expectError: { errorCode: 59, errorCodeName: 'CommandNotFound', isClientError: false },
        },
      ],
      expectEvents: [
        {
          client: 'client',
          ignoreExtraEvents: false,
          events: [
            ...['find', 'findAndModify'].flatMap((commandName) => [
              { commandStartedEvent: { commandName } },
              { commandSucceededEvent: { commandName } },
            ]),
            { commandStartedEvent: { commandName: 'nothing' } },
            { commandFailedEvent: { commandName: 'nothing' } },
          ],
        },
      ],
      outcome: [{ ...place, documents: documents.map((doc) => (doc._id === 2 ? { _id: 2, x: 0 } : doc)) }],
    },
  ],
};

describe("MongoDB's unified test format", () => {
  const run = unifiedOnStore();

  for (const test of file.tests) it(test.description, () => run(file, test));

  it('is failed by an event that does not come', async () => {
    const test: UnifiedTest = {
      description: 'one command too few',
      operations: [{ name: 'countDocuments', object: 'things', arguments: { filter: {} }, expectResult: 5 }],
      expectEvents: [{ client: 'client', events: [{ commandStartedEvent: { commandName: 'count' } }] }],
    };
    await expect(run(file, test)).rejects.toThrow('expected 1 events, got');
  });
});
