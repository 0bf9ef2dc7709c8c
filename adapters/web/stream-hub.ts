import type { Logger } from '../../core/kernel/logger.js';
import { describeError } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { WebConversationStore } from '../../core/kernel/web-conversation-store.js';
import { readActivitySet } from './activity-set.js';

/** The part of a WebSocket that a stream needs. */
export interface StreamSocket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  readonly bufferedAmount: number;
  readonly isOpen: boolean;
}

interface Stream {
  conversationId: string;
  /** Sequence of the last entry that was sent. */
  position: number;
  socket: StreamSocket;
  pumping: boolean;
  again: boolean;
}

/** A client that reads slower than this many bytes behind is cut off; it comes back with its watermark. */
const MAX_BEHIND_BYTES = 8 * 1_048_576;
/** How many open streams one conversation may have; the oldest gives way. */
const MAX_STREAMS = 8;

/** Sends what is appended to a conversation to its open streams, each from its own watermark. */
export class StreamHub {
  private readonly streams = new Map<string, Set<Stream>>();
  /** What is being written right now: conversation, then live reply, then its latest activity. */
  private readonly live = new Map<string, Map<string, JsonObject>>();

  constructor(
    private readonly store: WebConversationStore,
    private readonly logger: Logger,
  ) {}

  /** @returns what to call when the socket is gone. */
  open(conversationId: string, position: number, socket: StreamSocket): () => void {
    const stream: Stream = { conversationId, position, socket, pumping: false, again: false };
    const open = this.streams.get(conversationId) ?? new Set<Stream>();
    this.streams.set(conversationId, open.add(stream));
    if (open.size > MAX_STREAMS) {
      const [oldest] = open;
      oldest?.socket.close(1008, 'collision');
    }
    void this.pump(stream).then(() => {
      for (const activity of this.live.get(conversationId)?.values() ?? []) sendOnce(stream, activity);
    });
    return () => {
      open.delete(stream);
      if (open.size === 0 && this.streams.get(conversationId) === open) this.streams.delete(conversationId);
    };
  }

  /** Something was appended: every open stream of the conversation catches up. */
  notify(conversationId: string): void {
    for (const stream of this.streams.get(conversationId) ?? []) void this.pump(stream);
  }

  /** Looks for what other processes appended. */
  notifyAll(): void {
    for (const conversationId of this.streams.keys()) this.notify(conversationId);
  }

  /** Shows the latest of a live reply, also to streams that open later; it is never kept. */
  showLive(conversationId: string, streamId: string, activity: JsonObject): void {
    const replies = this.live.get(conversationId) ?? new Map<string, JsonObject>();
    this.live.set(conversationId, replies.set(streamId, activity));
    for (const stream of this.streams.get(conversationId) ?? []) sendOnce(stream, activity);
  }

  /** The live reply is over; `last` tells clients so where no message follows. */
  endLive(conversationId: string, streamId: string, last?: JsonObject): void {
    const replies = this.live.get(conversationId);
    replies?.delete(streamId);
    if (replies?.size === 0) this.live.delete(conversationId);
    if (last) for (const stream of this.streams.get(conversationId) ?? []) sendOnce(stream, last);
  }

  closeAll(): void {
    for (const open of this.streams.values()) {
      for (const { socket } of open) socket.close(1001, 'The server is going away.');
    }
    this.streams.clear();
  }

  private async pump(stream: Stream): Promise<void> {
    stream.again = true;
    if (stream.pumping) return;
    stream.pumping = true;
    try {
      while (stream.again && stream.socket.isOpen) {
        stream.again = false;
        await this.sendNew(stream);
      }
    } catch (error) {
      // The client reconnects with its watermark and reads from the store again: nothing is lost.
      this.logger.warn({ reason: describeError(error) }, 'A chat stream could not be read and was closed');
      stream.socket.close(1011, 'Reconnect with your watermark.');
    } finally {
      stream.pumping = false;
    }
  }

  private async sendNew(stream: Stream): Promise<void> {
    const set = await readActivitySet(this.store, stream.conversationId, stream.position);
    if (set.position === stream.position || !stream.socket.isOpen) return;
    if (stream.socket.bufferedAmount > MAX_BEHIND_BYTES) {
      stream.socket.close(1008, 'Too slow. Reconnect with your watermark.');
      return;
    }
    stream.position = set.position;
    stream.again = true;
    if (set.activities.length > 0) {
      stream.socket.send(JSON.stringify({ activities: set.activities, watermark: String(set.position) }));
    }
  }
}

/** Sends what may be missed: a client that reads slowly gets the next one. */
function sendOnce({ socket, position }: Stream, activity: JsonObject): void {
  if (!socket.isOpen || socket.bufferedAmount > MAX_BEHIND_BYTES / 8) return;
  socket.send(JSON.stringify({ activities: [activity], watermark: String(position) }));
}
