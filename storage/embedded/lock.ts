import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Conflict } from '../../core/kernel/errors.js';

/** Who holds a data folder. `started` tells a living process from another one that was given the same number. */
interface Holder {
  pid: number;
  started: string;
  uri?: string;
}

/** Another process, or another store of this one, works on the data folder. */
export class StoreInUse extends Conflict {
  constructor(
    folder: string,
    readonly pid: number,
    /** Where that process serves the store, once it does. */
    readonly uri: string | undefined,
  ) {
    const where = uri === undefined ? '' : ` and serves it at ${uri}`;
    super(
      'storage.in-use',
      `The data folder ${folder} is in use: process ${pid} holds it${where}. Stop that process, or set STEWARD_DATA_DIR to another folder.`,
    );
  }
}

const openHere = new Set<string>();

/** A process's state and when it began, from Linux's process table; empty texts elsewhere. */
function processState(pid: number): { state: string; started: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return { state: '', started: '' };
  }
}

const startOf = (pid: number): string => processState(pid).started;

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = processState(pid);
  // A zombie has ended; only its parent has not noticed yet.
  if (now.state === 'Z' || now.state === 'X') return false;
  return now.started === '' || started === '' || now.started === started;
}

function read(path: string): { text: string; holder: Holder } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, holder: JSON.parse(text) as Holder };
  } catch {
    return undefined;
  }
}

/** The exclusive right to a data folder. */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly folder: string,
  ) {}

  /** Throws StoreInUse, naming the process that holds the folder. A lock left by a dead process is taken over. */
  static take(folder: string): FolderLock {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, 'lock');
    const lock = new FolderLock(path, folder);
    if (openHere.has(folder)) throw new StoreInUse(folder, process.pid, read(path)?.holder.uri);
    const mine = `${path}.${process.pid}`;
    writeFileSync(mine, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { mode: 0o600 });
    try {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        if (lock.linked(mine)) {
          openHere.add(folder);
          return lock;
        }
        lock.removeDead();
      }
    } finally {
      rmSync(mine, { force: true });
    }
    throw new StoreInUse(folder, read(path)?.holder.pid ?? 0, undefined);
  }

  private linked(mine: string): boolean {
    try {
      linkSync(mine, this.path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  /** Takes a dead process's lock away; only one of several that try gets hold of it. */
  private removeDead(): void {
    const found = read(this.path);
    const own = found?.holder.pid === process.pid && found.holder.started === startOf(process.pid);
    if (found && !own && isAlive(found.holder))
      throw new StoreInUse(this.folder, found.holder.pid, found.holder.uri);
    const aside = `${this.path}.dead.${process.pid}`;
    try {
      renameSync(this.path, aside);
    } catch {
      return;
    }
    const moved = read(aside);
    if (found && moved && moved.text !== found.text) this.linked(aside);
    rmSync(aside, { force: true });
  }

  /** Notes where the store can be reached, for others to be told. */
  announce(uri: string): void {
    const next = `${this.path}.next`;
    writeFileSync(next, JSON.stringify({ pid: process.pid, started: startOf(process.pid), uri }), {
      mode: 0o600,
    });
    renameSync(next, this.path);
  }

  release(): void {
    rmSync(this.path, { force: true });
    openHere.delete(this.folder);
  }
}
