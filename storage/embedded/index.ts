import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '../../core/kernel/clock.js';
import { InvalidInput, StewardError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Doc } from './bson.js';
import { answerWith } from './dispatch.js';
import type { Disk } from './disk.js';
import { Engine } from './engine.js';
import { prepareFormat } from './format.js';
import { FolderLock } from './lock.js';
import { WireServer } from './server.js';
import { DirectCommands } from './direct.js';
import { Expiry } from './ttl.js';

export { StoreInUse } from './lock.js';

export interface EmbeddedStoreOptions {
  /** Steward's data folder; the store takes the folder `store` in it. */
  dataDir: string;
  clock: Clock;
  logger: Logger;
  /** A loopback address to listen on beside the private socket; port 0 takes a free one. */
  listen?: { host: string; port: number };
  /** Is told every command before it runs. */
  watch?: (command: Doc) => void;
}

export interface EmbeddedStore {
  /** Where drivers connect to; that of `listen` when it was given. */
  uri: string;
  /** Carries out one command of this process, as BSON, without the socket; the answer is what a driver would get. */
  command(command: Uint8Array): Promise<Uint8Array>;
  /** Removes what TTL indexes let expire now, without waiting for the next minute. */
  sweepExpired(): Promise<void>;
  /** Finishes the commands that run, closes the data and frees the folder. Close the drivers first. */
  close(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Starts the built-in store: a server of MongoDB's wire protocol in this process, over the data in `dataDir`. Throws StoreInUse
 * when another process holds the folder, InvalidInput for an address that is not loopback, StewardError for data of a newer
 * version. Everything that it acknowledges is on disk.
 */
export async function startEmbeddedStore({
  dataDir,
  clock,
  logger,
  listen,
  watch,
}: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  if (listen && !LOOPBACK.has(listen.host)) {
    throw new InvalidInput(
      'storage.not-loopback',
      `The built-in store listens on loopback only, not on ${listen.host}: it asks nobody for a password. Use 127.0.0.1, or MongoDB for other machines.`,
    );
  }
  const folder = resolve(dataDir, 'store');
  const lock = FolderLock.take(folder);
  const socketFolder = mkdtempSync(join(tmpdir(), 'steward-'));
  let disk: Disk | undefined;
  const servers: WireServer[] = [];
  try {
    disk = await openDisk(folder);
    await prepareFormat(disk);
    const engine = new Engine(disk, clock, logger);
    await engine.recover();
    const expiry = new Expiry(engine);
    const answer = answerWith(engine, watch);
    const commands = new DirectCommands(answer, logger);
    servers.push(new WireServer(answer, logger));
    const uri = await serve(servers, answer, logger, socketFolder, listen);
    lock.announce(uri);
    expiry.start();
    const close = async (): Promise<void> => {
      await expiry.stop();
      await Promise.all([...servers.map((server) => server.close()), commands.drain()]);
      await engine.close();
      await disk?.close();
      rmSync(socketFolder, { recursive: true, force: true });
      lock.release();
    };
    let closed: Promise<void> | undefined;
    return {
      uri,
      command: (command) => commands.run(command),
      sweepExpired: () => expiry.sweep(),
      close: () => (closed ??= close()),
    };
  } catch (error) {
    // A server that listens already would keep the process running.
    await Promise.all(servers.map((server) => server.close()));
    await disk?.close();
    rmSync(socketFolder, { recursive: true, force: true });
    lock.release();
    throw error;
  }
}

async function openDisk(folder: string): Promise<Disk> {
  let module: typeof import('./disk.js');
  try {
    module = await import('./disk.js');
  } catch (error) {
    throw new StewardError(
      'storage.no-engine',
      'The built-in store cannot load its storage engine (lmdb). Run `npm install` without --omit=optional, or set MONGODB_URI.',
      { cause: error },
    );
  }
  return module.Disk.open(folder);
}

async function serve(
  servers: WireServer[],
  answer: ConstructorParameters<typeof WireServer>[0],
  logger: Logger,
  socketFolder: string,
  listen: EmbeddedStoreOptions['listen'],
): Promise<string> {
  const [local] = servers as [WireServer];
  // Windows has no private socket files that Node can serve; loopback with a free port takes their place.
  if (process.platform === 'win32' && !listen) {
    await local.listen({ host: '127.0.0.1', port: 0 });
    return `mongodb://127.0.0.1:${local.port}/steward?directConnection=true`;
  }
  if (process.platform !== 'win32') {
    const path = join(socketFolder, 's.sock');
    await local.listen({ path });
    if (!listen) return `mongodb://${encodeURIComponent(path)}/steward?directConnection=true`;
  }
  const open = process.platform === 'win32' ? local : new WireServer(answer, logger);
  if (open !== local) servers.push(open);
  await open.listen(listen as { host: string; port: number }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const reason = error.code === 'EACCES' ? 'may not be used by this user' : 'is in use by another process';
    throw new InvalidInput(
      'storage.address-taken',
      `The address ${listen?.host}:${listen?.port} ${reason}. Choose another port, or port 0 for a free one.`,
    );
  });
  const host = listen?.host === '::1' ? '[::1]' : listen?.host;
  return `mongodb://${host}:${open.port}/steward?directConnection=true`;
}
