import type { Logger } from '../../core/kernel/logger.js';
import { encode } from './bson.js';
import { StoreError } from './errors.js';
import { errorReply, type Answer } from './server.js';
import { readCommand } from './wire.js';

/** Commands of this process itself: the same as those that come over a socket, but for the socket. */
export class DirectCommands {
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly answer: Answer,
    private readonly logger: Logger,
  ) {}

  async run(command: Uint8Array): Promise<Uint8Array> {
    const answered = this.answered(command);
    this.running.add(answered);
    try {
      return await answered;
    } finally {
      this.running.delete(answered);
    }
  }

  /** Waits for the commands that run. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private async answered(command: Uint8Array): Promise<Uint8Array> {
    try {
      const body = Buffer.from(command.buffer, command.byteOffset, command.byteLength);
      // Connections are numbered from 1.
      const reply = await this.answer(readCommand(body), 0);
      return Buffer.isBuffer(reply) ? reply : encode(reply);
    } catch (error) {
      if (!(error instanceof StoreError))
        this.logger.error(
          { error: error instanceof Error ? error.stack : String(error) },
          'the built-in store failed on a command',
        );
      return encode(errorReply(error));
    }
  }
}
