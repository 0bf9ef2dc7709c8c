import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { InvalidInput, Unavailable, describeError } from '../../kernel/errors.js';
import { type DocumentSource, type SourceEntry, folderSource } from '../ingest/document-source.js';
import type { IngestLimits } from '../ingest/limits.js';
import { because, reason, type Reason } from '../ingest/reason.js';
import { Unreadable } from '../ingest/unreadable.js';
import { hostIsListed, hostOf, unreachable, type Resolve } from './guarded-fetch.js';

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
  /** Finds and checks where the host leads, which is where git connects to; every address will do unless told. */
  addressesOf?: Resolve;
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
    // Nobody's: a .netrc that somebody put into the folder for temporary files would be read.
    HOME: '/nonexistent',
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
 * Clones the newest commit of a repository into a temporary folder, and of the others only what they changed; lists it.
 * `close` removes the folder.
 * @throws InvalidInput for an address that is not allowed, Unavailable when git cannot clone it.
 */
export async function gitSource(id: string, options: GitSourceOptions): Promise<DocumentSource> {
  const { url, ref, protocols = ['https', 'ssh'], limits, timeoutMs = 300_000, authorization } = options;
  checkAddress(options);
  const pinned = await pinnedTo(options);
  const home = await mkdtemp(join(tmpdir(), 'steward-git-'));
  const checkout = join(home, 'checkout');
  const branch = ref ? ['--branch', ref] : [];
  const env = environment(protocols, authorization);
  try {
    await run(
      'git',
      [
        ...SAFE,
        ...pinned,
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
      { env, timeout: timeoutMs, maxBuffer: 1024 * 1024 },
    );
    await fetchHistory(checkout, pinned, env);
    const inner = await checkoutSource(id, { ...options, checkout, limits });
    return { ...inner, close: () => rm(home, { recursive: true, force: true }) };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    if (error instanceof InvalidInput) throw error;
    throw new Unavailable(...because(gitFault(error, url), { cause: error }));
  }
}

/** Lets git connect to the addresses that were checked, whatever the name says a moment later; ssh looks its host up itself. */
async function pinnedTo({ url, addressesOf }: GitSourceOptions): Promise<string[]> {
  const address = new URL(url);
  const { protocol, port } = address;
  if (!addressesOf || protocol === 'file:') return [];
  const host = hostOf(address);
  const addresses = await addressesOf(host).catch((error: unknown) => {
    throw unreachable(host, error);
  });
  if (protocol !== 'https:' || isIP(host)) return [];
  const list = addresses.map((one) => (isIP(one) === 6 ? `[${one}]` : one)).join(',');
  return ['-c', `http.curloptResolve=${host}:${port || 443}:${list}`];
}

const HISTORY_MS = 60_000;

/** Tells git which commit changed which file, without contents: of the newest commit alone every file would be as old as that. */
async function fetchHistory(checkout: string, pinned: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const fetch = ['fetch', '--quiet', '--no-tags', '--filter=blob:none', '--unshallow', 'origin'];
  // Where there is no more history, or it takes too long, the newest commit's date has to do.
  await run('git', [...SAFE, ...pinned, '-C', checkout, ...fetch], { env, timeout: HISTORY_MS }).catch(
    () => undefined,
  );
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
  const special = await specialEntries(checkout);
  const inner = await folderSource(root, limits).catch((error: unknown) => {
    throw new InvalidInput(...because(reason('folder-none', { folder }), { cause: error }));
  });
  const dated = (entry: SourceEntry): SourceEntry => {
    const inRepository = join(folder, entry.path).split(sep).join('/');
    // A checkout without links has a file with the address in a link's place.
    if (special.links.has(inRepository)) return { path: entry.path, ignored: reason('link-not-followed') };
    if (!('read' in entry)) return entry;
    return {
      path: entry.path,
      read: async () => {
        const file = await entry.read();
        if (isPointer(file.bytes)) throw new Unreadable(reason('git-lfs'));
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
      for (const submodule of special.submodules) {
        const path = relative(folder, submodule).split(sep).join('/');
        if (path && !path.startsWith('..')) yield { path, ignored: reason('submodule') };
      }
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

/** What a pointer to a file in Git LFS begins with (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const POINTER = 'version https://git-lfs.github.com/spec/';
const isPointer = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, POINTER.length)).toString('latin1') === POINTER;

/** Links and submodules of the commit, by their modes; none where there is no repository. */
async function specialEntries(checkout: string): Promise<{ links: Set<string>; submodules: string[] }> {
  const found = { links: new Set<string>(), submodules: [] as string[] };
  const listed = await run('git', [...SAFE, '-C', checkout, 'ls-files', '--stage', '-z'], {
    env: environment([]),
    maxBuffer: MAX_LOG_BYTES,
    timeout: 60_000,
  }).catch(() => undefined);
  for (const line of listed?.stdout.split('\0') ?? []) {
    const [, mode, path = ''] = /^(\d+) \S+ \d+\t(.+)$/s.exec(line) ?? [];
    if (mode === '120000') found.links.add(path);
    else if (mode === '160000') found.submodules.push(path);
  }
  return found;
}

/** git's own line about what went wrong, without the address, which may be private. */
function gitFault(error: unknown, url: string): Reason {
  const { stderr, killed } = error as { stderr?: string; killed?: boolean };
  if (killed) return reason('git-slow');
  const lines = (stderr ?? '').trim().split('\n').filter(Boolean);
  const said = (lines.find((line) => line.startsWith('fatal:')) ?? lines.at(-1) ?? describeError(error))
    .replace(/(https?|ssh|file):\/\/[^\s']+/g, '…')
    .replaceAll(new URL(url).pathname, '…');
  return reason('git-failed', { fault: said });
}
