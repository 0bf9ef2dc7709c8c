import { createServer, type Server, type Socket } from 'node:net';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Doc } from './bson.js';
import { codeName, StoreError } from './errors.js';
import { frameReply, isLegacy, MOST_MESSAGE_BYTES, readRequest, type Request } from './wire.js';

/** Answers one command; what it throws becomes an error reply. */
export type Answer = (request: Request, connection: number) => Promise<Buffer | Doc>;

/** The error reply of a command, as the driver expects it. */
export function errorReply(error: unknown): Doc {
  const known = error instanceof StoreError ? error : undefined;
  const code = known?.code ?? 1;
  return {
    ok: 0,
    errmsg: known?.message ?? 'the built-in store met an unexpected error',
    code,
    codeName: codeName(code),
    ...known?.extra,
  };
}

/** Serves the wire protocol on a socket path or a port. Commands of one connection run in order. */
export class WireServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly working = new Set<Promise<void>>();
  private connections = 0;
  private replies = 0;

  constructor(
    private readonly answer: Answer,
    private readonly logger: Logger,
  ) {
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  async listen(where: { path: string } | { host: string; port: number }): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(where, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** The port that was given when 0 was asked for. */
  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Stops taking commands, lets those that run finish and be answered, and hangs up. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const socket of this.sockets) socket.pause();
    await Promise.allSettled(this.working);
    for (const socket of this.sockets) socket.destroySoon();
    await closed;
  }

  private accept(socket: Socket): void {
    this.connections += 1;
    const connection = this.connections;
    const inbox = new Inbox();
    let busy: Promise<void> | undefined;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const work = async (): Promise<void> => {
      for (let message = inbox.take(); message; message = inbox.take())
        await this.handle(socket, message, connection);
    };
    socket.on('data', (chunk: Buffer) => {
      inbox.add(chunk);
      if (busy || !inbox.ready) {
        if (inbox.broken) socket.destroy();
        return;
      }
      busy = work()
        .catch((error: unknown) => {
          this.logger.warn(
            { reason: describeError(error) },
            'a connection to the built-in store sent what is no message',
          );
          socket.destroy();
        })
        .finally(() => {
          if (busy) this.working.delete(busy);
          busy = undefined;
        });
      this.working.add(busy);
    });
  }

  private async handle(socket: Socket, message: Buffer, connection: number): Promise<void> {
    let request: Pick<Request, 'id' | 'legacy' | 'silent'> = {
      id: message.readInt32LE(4),
      legacy: isLegacy(message),
      silent: false,
    };
    let reply: Buffer | Doc;
    try {
      const read = readRequest(message);
      request = read;
      reply = await this.answer(read, connection);
    } catch (error) {
      if (error instanceof RangeError && !('name' in request)) throw error;
      if (!(error instanceof StoreError)) {
        this.logger.error(
          { error: error instanceof Error ? error.stack : String(error) },
          'the built-in store failed on a command',
        );
      }
      reply = errorReply(error);
    }
    if (request.silent || socket.destroyed) return;
    this.replies = (this.replies + 1) & 0x7fffffff;
    const [head, bytes] = frameReply(request, this.replies, reply) as [Buffer, Buffer];
    if (bytes.length < 16_384) socket.write(Buffer.concat([head, bytes]));
    else {
      socket.cork();
      socket.write(head);
      socket.write(bytes);
      socket.uncork();
    }
  }
}

/** Collects bytes until whole messages are there. */
class Inbox {
  private chunks: Buffer[] = [];
  private length = 0;
  broken = false;

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  get ready(): boolean {
    if (this.length < 16) return false;
    if (this.chunks.length > 1 && (this.chunks[0] as Buffer).length < 4)
      this.chunks = [Buffer.concat(this.chunks)];
    const wanted = (this.chunks[0] as Buffer).readInt32LE(0);
    if (wanted < 16 || wanted > MOST_MESSAGE_BYTES + 16_384) this.broken = true;
    return !this.broken && this.length >= wanted;
  }

  take(): Buffer | undefined {
    if (!this.ready) return undefined;
    const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const wanted = all.readInt32LE(0);
    this.chunks = all.length > wanted ? [all.subarray(wanted)] : [];
    this.length -= wanted;
    return all.subarray(0, wanted);
  }
}
