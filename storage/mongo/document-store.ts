import { Schema } from 'mongoose';
import type { Passage } from '../../core/kernel/answer.js';
import type { KnowledgeDocument } from '../../core/knowledge/document.js';
import type { DocumentStore, StoredDocument } from '../../core/knowledge/document-store.js';
import { documentIdOfPassage } from '../../core/knowledge/ingest/chunk.js';
import { versionConflict } from '../../core/knowledge/memory-document-store.js';
import type { CollectionDefinition, Database } from './database.js';
import { vectorsFrom, vectorsTo } from './packed-vectors.js';

type StoredPassage = Pick<Passage, 'id' | 'headings' | 'text'>;

/** A version with its passages in one record, so that building the index at start is one walk. */
interface VersionRecord {
  _id: string;
  tenantId: string;
  documentId: string;
  version: number;
  document: KnowledgeDocument;
  passages: StoredPassage[];
}

/** The present version; `removedAt` is set when the document left the knowledge base. */
interface DocumentRecord extends VersionRecord {
  collectionName: string;
  path: string;
  removedAt: Date | null;
  /** When it was put or removed. */
  changedAt: Date;
}

interface VectorRecord {
  _id: string;
  tenantId: string;
  encoderId: string;
  documentId: string;
  /** Little-endian float32 by the part of the passage id after the document's. */
  vectors: Record<string, unknown>;
}

const versionFields = {
  _id: String,
  tenantId: { type: String, required: true },
  documentId: String,
  version: Number,
  document: Schema.Types.Mixed,
  passages: Schema.Types.Mixed,
};
const options = { versionKey: false, minimize: false } as const;

const documentSchema = new Schema<DocumentRecord>(
  { ...versionFields, collectionName: String, path: String, removedAt: Date, changedAt: Date },
  options,
);
documentSchema.index({ tenantId: 1, collectionName: 1, path: 1 });
documentSchema.index({ tenantId: 1, changedAt: 1 });

const versionSchema = new Schema<VersionRecord>(versionFields, options);
versionSchema.index({ tenantId: 1, documentId: 1, version: -1 });

const vectorSchema = new Schema<VectorRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    encoderId: String,
    documentId: String,
    vectors: Schema.Types.Mixed,
  },
  options,
);
vectorSchema.index({ tenantId: 1, encoderId: 1 });
vectorSchema.index({ tenantId: 1, documentId: 1 });

const documentDefinition: CollectionDefinition<DocumentRecord> = {
  name: 'documents',
  schema: documentSchema,
};
const versionDefinition: CollectionDefinition<VersionRecord> = {
  name: 'documentVersions',
  schema: versionSchema,
};
const vectorDefinition: CollectionDefinition<VectorRecord> = { name: 'passageVectors', schema: vectorSchema };

/** For `openDatabase`. */
export const documentStoreDefinitions = [documentDefinition, versionDefinition, vectorDefinition];

/**
 * One tenant's documents on MongoDB. The present version is one record and one conditional write replaces it; the version
 * before is copied to the history first, so that a crash in between leaves at most a copy of what is still present.
 */
export function createDocumentStore(database: Database, tenantId: string): DocumentStore {
  const documents = database.collection(documentDefinition, tenantId);
  const versions = database.collection(versionDefinition, tenantId);
  const vectorRecords = database.collection(vectorDefinition, tenantId);
  const keyOf = (...parts: (string | number)[]): string => [tenantId, ...parts].join(':');

  const dropVectors = async (documentId: string, passageIds: string[]): Promise<void> => {
    if (passageIds.length === 0) return;
    const gone = Object.fromEntries(passageIds.map((id) => [`vectors.${keyWithin(id)}`, '']));
    await vectorRecords.updateMany({ documentId }, { $unset: gone });
  };

  return {
    async list(collection) {
      const filter = { removedAt: null, ...(collection === undefined ? {} : { collectionName: collection }) };
      const records = await documents.find(filter, { fields: ['document'], sort: { path: 1 } });
      return records.map((record) => record.document);
    },
    async get(documentId) {
      const record = await documents.findOne({ _id: keyOf(documentId), removedAt: null });
      return record && toStored(record);
    },
    async put(stored) {
      const { id, version, collection, path } = stored.document;
      const before = await documents.findOne({ _id: keyOf(id) });
      const last = before?.version ?? 0;
      if (version !== last + 1) throw versionConflict(id, version, last);
      const content = {
        documentId: id,
        version,
        collectionName: collection,
        path,
        document: withoutUndefined(stored.document),
        passages: stored.passages.map(({ id: passageId, headings, text }) => ({
          id: passageId,
          headings,
          text,
        })),
        removedAt: null,
        changedAt: stored.document.ingestedAt,
      };
      if (!before) {
        const inserted = await documents.insertIfAbsent({ _id: keyOf(id), ...content });
        if (!inserted) throw versionConflict(id, version, version);
        return;
      }
      await versions.insertIfAbsent({
        _id: keyOf(id, last),
        documentId: id,
        version: last,
        document: before.document,
        passages: before.passages,
      });
      const replaced = await documents.findOneAndUpdate({ _id: keyOf(id), version: last }, { $set: content });
      if (!replaced) throw versionConflict(id, version, version);
      const kept = new Set(stored.passages.map((passage) => passage.id));
      await dropVectors(
        id,
        before.passages.map((passage) => passage.id).filter((passageId) => !kept.has(passageId)),
      );
    },
    async remove(documentId, at) {
      await documents.updateOne(
        { _id: keyOf(documentId), removedAt: null },
        { $set: { removedAt: at, changedAt: at } },
      );
      await vectorRecords.deleteMany({ documentId });
    },
    async history(documentId) {
      const present = await documents.findOne(
        { _id: keyOf(documentId) },
        { fields: ['document', 'version'] },
      );
      if (!present) return [];
      const older = await versions.find(
        { documentId, version: { $lt: present.version } },
        { sort: { version: -1 }, fields: ['document'] },
      );
      return [present, ...older].map((record) => record.document);
    },
    async getVersion(documentId, version) {
      const record =
        (await documents.findOne({ _id: keyOf(documentId), version })) ??
        (await versions.findOne({ _id: keyOf(documentId, version) }));
      return record && toStored(record);
    },
    async changedSince(instant) {
      const records = await documents.find(
        { changedAt: { $gte: instant } },
        { fields: ['documentId', 'version', 'removedAt', 'changedAt'], sort: { changedAt: 1 } },
      );
      return records.map(({ documentId, version, removedAt, changedAt }) => ({
        documentId,
        version,
        removed: removedAt !== null,
        at: changedAt,
      }));
    },
    async *all() {
      for await (const record of documents.cursor({ removedAt: null })) yield toStored(record);
    },
    async *vectors(encoderId) {
      for await (const record of vectorRecords.cursor({ encoderId })) {
        yield* vectorsFrom(record.documentId, record.vectors);
      }
    },
    async putVectors(encoderId, vectors) {
      const byDocument = new Map<string, typeof vectors>();
      for (const vector of vectors) {
        const documentId = documentIdOfPassage(vector.passageId);
        byDocument.set(documentId, [...(byDocument.get(documentId) ?? []), vector]);
      }
      for (const [documentId, own] of byDocument) {
        await vectorRecords.updateOne(
          { _id: keyOf(encoderId, documentId) },
          { $set: { encoderId, documentId, ...vectorsTo(own) } },
          { upsert: true },
        );
      }
    },
  };
}

const keyWithin = (passageId: string): string => passageId.slice(passageId.lastIndexOf(':') + 1);

function toStored({ document, passages }: VersionRecord): StoredDocument {
  const { id: documentId, path, title } = document;
  return {
    document,
    passages: passages.map((passage, position) => ({ ...passage, documentId, path, title, position })),
  };
}

/** MongoDB would store undefined as null, which is something else. */
function withoutUndefined(document: KnowledgeDocument): KnowledgeDocument {
  const present = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
  return { ...present(document), access: present(document.access) };
}
