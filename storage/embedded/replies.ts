import { encode, type Doc } from './bson.js';

const okField = Buffer.from('016f6b00000000000000f03f', 'hex');

/** The reply of a cursor command, put together from the documents' own bytes. */
export function cursorReply(
  namespace: string,
  id: bigint,
  batch: readonly Buffer[],
  field: 'firstBatch' | 'nextBatch',
): Buffer {
  const digits = batch.length <= 10 ? batch.length : digitsUpTo(batch.length);
  const arrayLength = 5 + batch.reduce((sum, { length }) => sum + length, 0) + batch.length * 2 + digits;
  const name = Buffer.byteLength(namespace);
  const cursorLength = 4 + (1 + field.length + 1 + arrayLength) + (1 + 3 + 8) + (1 + 3 + 4 + name + 1) + 1;
  const total = 4 + (1 + 7 + cursorLength) + okField.length + 1;
  const reply = Buffer.allocUnsafe(total);
  let at = reply.writeInt32LE(total, 0);
  reply[at] = 3;
  at += 1 + reply.write('cursor\0', at + 1, 'latin1');
  at = reply.writeInt32LE(cursorLength, at);
  reply[at] = 4;
  at += 1 + reply.write(`${field}\0`, at + 1, 'latin1');
  at = reply.writeInt32LE(arrayLength, at);
  for (let position = 0; position < batch.length; position += 1) {
    const document = batch[position] as Buffer;
    reply[at] = 3;
    at += 1 + reply.write(`${position}\0`, at + 1, 'latin1');
    document.copy(reply, at);
    at += document.length;
  }
  reply[at] = 0;
  reply[at + 1] = 0x12;
  at += 2 + reply.write('id\0', at + 2, 'latin1');
  at = reply.writeBigInt64LE(id, at);
  reply[at] = 2;
  at += 1 + reply.write('ns\0', at + 1, 'latin1');
  at = reply.writeInt32LE(name + 1, at);
  at += reply.write(namespace, at, 'utf8');
  reply[at] = 0;
  reply[at + 1] = 0;
  at += 2;
  at += okField.copy(reply, at);
  reply[at] = 0;
  return reply;
}

function digitsUpTo(count: number): number {
  let digits = 0;
  for (let limit = 1, width = 1; limit <= count; limit *= 10, width += 1) {
    const from = limit === 1 ? 0 : limit;
    digits += (Math.min(count, limit * 10) - from) * width;
  }
  return digits;
}

const nullValue = Buffer.from('\u000avalue\0', 'latin1');
const documentValue = Buffer.from('\u0003value\0', 'latin1');

/** The reply of `findAndModify`, with the document's own bytes. */
export function findAndModifyReply(lastErrorObject: Doc, value: Buffer | undefined): Buffer {
  const head = encode({ lastErrorObject });
  const parts = value ? [documentValue, value] : [nullValue];
  const reply = Buffer.concat([head.subarray(0, head.length - 1), ...parts, okField, Buffer.alloc(1)]);
  reply.writeInt32LE(reply.length, 0);
  return reply;
}

/** A reply from a document; `ok: 1` is added. */
export const okReply = (fields: Doc = {}): Buffer => encode({ ...fields, ok: 1 });
