import { ARRAY, arrayDocuments, decode, elementValue, encode, walk, type Doc } from './bson.js';
import { StoreError } from './errors.js';

/** The longest message that MongoDB takes. */
export const MOST_MESSAGE_BYTES = 48_000_000;

const OP_MSG = 2013;
const OP_QUERY = 2004;
const OP_REPLY = 1;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** A command as it came over the wire (MongoDB wire protocol: OP_MSG, and OP_QUERY for the first hello). */
export interface Request {
  id: number;
  /** The command's name is the body's first field. */
  name: string;
  database: string;
  body: Doc;
  /** The documents of `insert`, as bytes. */
  documents: Buffer[] | undefined;
  /** The sender waits for no reply. */
  silent: boolean;
  legacy: boolean;
}

/** Reads one whole message. Throws RangeError for bytes that are no message. */
export function readRequest(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_QUERY) return readQuery(id, message);
  if (opcode !== OP_MSG) throw new RangeError(`unsupported opcode ${opcode}`);
  const flags = message.readUInt32LE(16);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let body: Doc | undefined;
  let documents: Buffer[] | undefined;
  const sequences: Doc = {};
  let at = 20;
  while (at < end) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    if (size < 5 || at + 1 + size > end) throw new RangeError('a section is longer than its message');
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) {
      const parsed = readBody(section);
      body = parsed.body;
      documents ??= parsed.documents;
    } else if (kind === 1) {
      const { name, items } = readSequence(section);
      if (name === 'documents') documents = items;
      else sequences[name] = items.map(decode);
    } else throw new RangeError(`unknown section kind ${kind}`);
    at += 1 + size;
  }
  if (!body) throw new RangeError('a message without a body');
  Object.assign(body, sequences);
  const name = Object.keys(body)[0] ?? '';
  return {
    id,
    name,
    database: typeof body.$db === 'string' ? body.$db : 'test',
    body,
    documents,
    silent: (flags & MORE_TO_COME) !== 0,
    legacy: false,
  };
}

/** `insert` is decoded around its documents, which stay bytes. */
function readBody(section: Buffer): { body: Doc; documents: Buffer[] | undefined } {
  if (section.toString('latin1', 5, 12) !== 'insert\0')
    return { body: decode(section), documents: undefined };
  const body: Doc = {};
  let documents: Buffer[] | undefined;
  walk(section, (element, nameStart, nameStop) => {
    const name = section.toString('utf8', nameStart, nameStop);
    if (name === 'documents' && element.type === ARRAY)
      documents = arrayDocuments(section.subarray(element.start, element.end));
    if (name !== 'documents' || !documents) body[name] = elementValue(section, element);
  });
  return { body, documents };
}

/** A command that comes as its body alone. */
/** Whether a message is of the old protocol, so that its reply is too. */
export const isLegacy = (message: Buffer): boolean => message.readInt32LE(12) === OP_QUERY;

export function readCommand(body: Buffer): Request {
  const parsed = readBody(body);
  const name = Object.keys(parsed.body)[0] ?? '';
  const database = typeof parsed.body.$db === 'string' ? parsed.body.$db : 'test';
  return { ...parsed, id: 0, name, database, silent: false, legacy: false };
}

function readSequence(section: Buffer): { name: string; items: Buffer[] } {
  const stop = section.indexOf(0, 4);
  const name = section.toString('utf8', 4, stop);
  const items: Buffer[] = [];
  let at = stop + 1;
  while (at < section.length) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw new RangeError('a document is longer than its section');
    items.push(section.subarray(at, at + size));
    at += size;
  }
  return { name, items };
}

function readQuery(id: number, message: Buffer): Request {
  const stop = message.indexOf(0, 20);
  const namespace = message.toString('utf8', 20, stop);
  const start = stop + 9;
  const query = decode(message.subarray(start, start + message.readInt32LE(start)));
  const body = (query.$query as Doc | undefined) ?? query;
  const name = Object.keys(body)[0] ?? '';
  if (!['ismaster', 'isMaster', 'hello'].includes(name)) {
    throw new StoreError(
      352,
      `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`,
    );
  }
  return {
    id,
    name,
    database: namespace.slice(0, namespace.indexOf('.')),
    body,
    documents: undefined,
    silent: false,
    legacy: true,
  };
}

/** Frames a reply for the socket. */
export function frameReply(
  request: Pick<Request, 'id' | 'legacy'>,
  replyId: number,
  reply: Buffer | Doc,
): Buffer[] {
  const bytes = Buffer.isBuffer(reply) ? reply : encode(reply);
  const head = Buffer.alloc(request.legacy ? 36 : 21);
  head.writeInt32LE(head.length + bytes.length, 0);
  head.writeInt32LE(replyId, 4);
  head.writeInt32LE(request.id, 8);
  head.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    head.writeInt32LE(8, 16);
    head.writeInt32LE(1, 32);
  }
  return [head, bytes];
}
