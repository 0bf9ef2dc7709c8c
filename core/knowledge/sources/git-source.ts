import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { InvalidInput, Unavailable, describeError } from '../../kernel/errors.js';
import { type DocumentSource, type SourceEntry, folderSource } from '../ingest/document-source.js';
import type { IngestLimits } from '../ingest/limits.js';
import { because, reason, type Reason } from '../ingest/reason.js';
import { hostIsListed } from './guarded-fetch.js';

const run = promisify(execFile);

export interface GitSourceOptions {
  /** `https://host/repository.git` or `ssh://git@host/repository.git`. */
  url: string;
  /** Branch or tag; the default branch unless told. */
  ref?: string;
  /** Folder inside the repository; all of it unless told. */
  folder?: string;
  /** Hosts that may be cloned from. */
  hosts: string[];
  /** Where a person can open a file; `{path}` is replaced: `https://github.com/acme/handbook/blob/main/{path}`. */
  linkTemplate?: string;
  /** Sent as the `Authorization` header to an https server; handed to git by its environment, never on its command line. */
  authorization?: string;
  limits: IngestLimits;
  timeoutMs?: number;
  /** Protocols that git may speak; tests clone from a folder. */
  protocols?: string[];
}

/** Nothing of this machine's git set-up counts, nothing in a repository is run, and nobody is asked for a password. */
function environment(protocols: string[], authorization?: string): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: tmpdir(),
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    ...(authorization
      ? {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'http.extraHeader',
          GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
        }
      : {}),
  };
}

const SAFE = [
  ['core.hooksPath', '/dev/null'],
  ['core.symlinks', 'false'],
  ['core.fsmonitor', 'false'],
  ['http.followRedirects', 'false'],
  ['submodule.recurse', 'false'],
  ['log.showSignature', 'false'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`]);

/**
 * Clones the newest commit of a repository into a temporary folder and lists it; `close` removes the folder.
 * @throws InvalidInput for an address that is not allowed, Unavailable when git cannot clone it.
 */
export async function gitSource(id: string, options: GitSourceOptions): Promise<DocumentSource> {
  const { url, ref, protocols = ['https', 'ssh'], limits, timeoutMs = 300_000, authorization } = options;
  checkAddress(options);
  const home = await mkdtemp(join(tmpdir(), 'steward-git-'));
  const checkout = join(home, 'checkout');
  const branch = ref ? ['--branch', ref] : [];
  try {
    await run(
      'git',
      [
        ...SAFE,
        'clone',
        '--quiet',
        '--depth',
        '1',
        '--single-branch',
        '--no-tags',
        ...branch,
        '--',
        url,
        checkout,
      ],
      { env: environment(protocols, authorization), timeout: timeoutMs, maxBuffer: 1024 * 1024 },
    );
    const inner = await checkoutSource(id, { ...options, checkout, limits });
    return { ...inner, close: () => rm(home, { recursive: true, force: true }) };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    if (error instanceof InvalidInput) throw error;
    throw new Unavailable(...because(gitFault(error), { cause: error }));
  }
}

/** A checkout that is already on this machine. Files are as old as their last commit. */
export async function checkoutSource(
  id: string,
  {
    checkout,
    folder = '',
    linkTemplate,
    limits,
  }: Pick<GitSourceOptions, 'folder' | 'linkTemplate' | 'limits'> & { checkout: string },
): Promise<DocumentSource> {
  const root = join(checkout, folder);
  if (relative(checkout, root).startsWith('..')) {
    throw new InvalidInput(...because(reason('folder-outside')));
  }
  const dates = await commitDates(checkout);
  const inner = await folderSource(root, limits).catch((error: unknown) => {
    throw new InvalidInput(...because(reason('folder-none', { folder }), { cause: error }));
  });
  const dated = (entry: SourceEntry): SourceEntry => {
    if (!('read' in entry)) return entry;
    const inRepository = join(folder, entry.path).split(sep).join('/');
    return {
      path: entry.path,
      read: async () => {
        const file = await entry.read();
        const link = linkTemplate?.replace(
          '{path}',
          inRepository.split('/').map(encodeURIComponent).join('/'),
        );
        return {
          ...file,
          modifiedAt: dates.get(inRepository) ?? file.modifiedAt,
          ...(link ? { url: link } : {}),
        };
      },
    };
  };
  return {
    id,
    whole: true,
    async *entries() {
      for await (const entry of inner.entries()) yield dated(entry);
    },
  };
}

function checkAddress({ url, ref, hosts, protocols = ['https', 'ssh'] }: GitSourceOptions): void {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const protocol = address?.protocol.slice(0, -1) ?? '';
  if (!address || !protocols.includes(protocol) || address.password) {
    const begins = protocols.map((each) => `${each}://`).join(', ');
    throw new InvalidInput(...because(reason('bad-git-url', { protocols: begins })));
  }
  if (protocol !== 'file' && !hostIsListed(address.hostname, hosts)) {
    throw new InvalidInput(...because(reason('host-not-listed', { host: address.hostname })));
  }
  if (ref !== undefined && !/^[\w][\w./-]*$/.test(ref)) {
    throw new InvalidInput(...because(reason('bad-git-ref')));
  }
}

const MARK = '\u0001';
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/** When each file was last changed by a commit; empty when git does not tell. */
async function commitDates(checkout: string): Promise<Map<string, Date>> {
  const dates = new Map<string, Date>();
  try {
    const { stdout } = await run(
      'git',
      [
        ...SAFE,
        '-C',
        checkout,
        'log',
        '-z',
        '--no-renames',
        '--name-only',
        '--format=%x01%ct',
        '--max-count=20000',
      ],
      { env: environment([]), maxBuffer: MAX_LOG_BYTES, timeout: 60_000 },
    );
    let at = new Date(0);
    for (const field of stdout.split('\0')) {
      // A commit's time and, after a line feed, the first of its files share a field.
      const [time, first] = field.startsWith(MARK)
        ? field.slice(1).split('\n').filter(Boolean)
        : [undefined, field];
      if (time !== undefined) at = new Date(Number(time) * 1000);
      const name = first?.replace(/^\n/, '');
      if (name && !dates.has(name)) dates.set(name, at);
    }
  } catch {
    // A folder without a history still holds documents; they are as old as their files.
  }
  return dates;
}

/** git's own last line, without the address, which may be private. */
function gitFault(error: unknown): Reason {
  const { stderr, killed } = error as { stderr?: string; killed?: boolean };
  if (killed) return reason('git-slow');
  const lines = (stderr ?? '').trim().split('\n').filter(Boolean);
  const said = (lines.at(-1) ?? describeError(error)).replace(/(https?|ssh|file):\/\/\S+/g, '…');
  return reason('git-failed', { fault: said });
}
