import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DocumentSource } from '../ingest/document-source.js';
import type { StewardError } from '../../kernel/errors.js';
import { reasonOf } from '../ingest/reason.js';
import { DEFAULT_LIMITS } from '../ingest/limits.js';
import { createAddressCheck } from './guarded-fetch.js';
import { type GitSourceOptions, checkoutSource, gitSource } from './git-source.js';

let home: string;
let repository: string;

function git(args: string[], date = '2026-01-05T10:00:00Z'): void {
  execFileSync('git', ['-C', repository, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@b.example',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@b.example',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    },
    stdio: 'ignore',
  });
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'git-test-'));
  repository = join(home, 'repository');
  mkdirSync(join(repository, 'docs', 'hr'), { recursive: true });
  writeFileSync(join(repository, 'docs', 'hr', 'leave #1.md'), '# Leave\n\nEighty days.');
  writeFileSync(join(repository, 'readme.md'), 'Read me.');
  symlinkSync('/etc/passwd', join(repository, 'docs', 'evil.md'));
  git(['init', '-q', '-b', 'main']);
  git(['add', '.']);
  git(['commit', '-q', '-m', 'first'], '2025-03-01T10:00:00Z');
  writeFileSync(join(repository, 'readme.md'), 'Read me again.');
  git(['commit', '-q', '-a', '-m', 'second'], '2026-01-05T10:00:00Z');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const options = (changes: Partial<GitSourceOptions> = {}): GitSourceOptions => ({
  url: `file://${repository}`,
  hosts: [],
  protocols: ['file'],
  limits: DEFAULT_LIMITS,
  ...changes,
});

async function read(
  source: DocumentSource,
): Promise<Record<string, { text: string; at: string; url?: string }>> {
  const found: Record<string, { text: string; at: string; url?: string }> = {};
  for await (const entry of source.entries()) {
    if (!('read' in entry)) continue;
    const { bytes, modifiedAt, url } = await entry.read();
    found[entry.path] = {
      text: Buffer.from(bytes).toString(),
      at: modifiedAt.toISOString(),
      ...(url ? { url } : {}),
    };
  }
  return found;
}

const temporaryClones = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('steward-git-'));

describe('a Git source', () => {
  it('clones the newest commit, makes no links, and leaves nothing behind', async () => {
    const before = temporaryClones();
    const source = await gitSource('git:1', options());
    const found = await read(source);
    expect(found['readme.md']?.text).toBe('Read me again.');
    // The file that stands in a link's place holds an address and nothing to read.
    expect(found['docs/evil.md']).toBeUndefined();
    // As old as the commit that wrote it, not as the newest.
    expect(found['docs/hr/leave #1.md']?.at).toBe('2025-03-01T10:00:00.000Z');
    await source.close?.();
    expect(temporaryClones()).toEqual(before);
  });

  it('reads one folder of it, dates files by their last commit and links to them', async () => {
    const source = await checkoutSource('git:1', {
      checkout: repository,
      folder: 'docs',
      linkTemplate: 'https://git.example/blob/main/{path}',
      limits: DEFAULT_LIMITS,
    });
    expect(await read(source)).toEqual({
      'hr/leave #1.md': {
        text: '# Leave\n\nEighty days.',
        at: '2025-03-01T10:00:00.000Z',
        url: 'https://git.example/blob/main/docs/hr/leave%20%231.md',
      },
    });
    const whole = await read(await checkoutSource('git:1', { checkout: repository, limits: DEFAULT_LIMITS }));
    expect(whole['readme.md']?.at).toBe('2026-01-05T10:00:00.000Z');
  });

  it('says of links, submodules and pointers to Git LFS that they are not read', async () => {
    const odd = join(home, 'odd');
    const lines: Record<string, string> = {};
    mkdirSync(odd);
    const inOdd = (...args: string[]): void => git(['-C', odd, ...args]);
    inOdd('init', '-q', '-b', 'main');
    writeFileSync(
      join(odd, 'plan.pdf'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n',
    );
    symlinkSync('plan.pdf', join(odd, 'link.md'));
    inOdd('add', '.');
    inOdd('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},tools`);
    inOdd('commit', '-q', '-m', 'odd');
    const source = await gitSource('git:1', options({ url: `file://${odd}` }));
    for await (const entry of source.entries()) {
      if ('ignored' in entry) lines[entry.path] = entry.ignored.code;
      else if ('read' in entry)
        await entry.read().catch((error: StewardError) => (lines[entry.path] = reasonOf(error).code));
    }
    await source.close?.();
    expect(lines).toEqual({ 'link.md': 'link-not-followed', 'plan.pdf': 'git-lfs', tools: 'submodule' });
  });

  it('runs no hook of the repository', async () => {
    const marker = join(home, 'hook-ran');
    writeFileSync(join(repository, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\ntouch ${marker}\n`, {
      mode: 0o755,
    });
    const source = await gitSource('git:1', options());
    await source.close?.();
    expect(readdirSync(home)).not.toContain('hook-ran');
  });

  it.each<[string, Partial<GitSourceOptions>, string]>([
    ['a protocol that is not allowed', { url: 'file:///etc', protocols: undefined }, 'knowledge.bad-git-url'],
    ['an ext:: command', { url: 'ext::sh -c id', protocols: undefined }, 'knowledge.bad-git-url'],
    ['an option as an address', { url: '--upload-pack=id', protocols: undefined }, 'knowledge.bad-git-url'],
    [
      'a host that is not listed',
      { url: 'https://evil.example/x.git', protocols: undefined },
      'knowledge.host-not-listed',
    ],
    [
      'a password in the address',
      { url: 'https://a:b@x.example/x.git', protocols: undefined },
      'knowledge.bad-git-url',
    ],
    ['an option as a branch', { ref: '--upload-pack=id' }, 'knowledge.bad-git-ref'],
    ['a folder outside', { folder: '../..' }, 'knowledge.folder-outside'],
    ['a folder that does not exist', { folder: 'none' }, 'knowledge.folder-none'],
  ])('refuses %s', async (_what, changes, code) => {
    const before = temporaryClones();
    await expect(gitSource('git:1', options(changes))).rejects.toMatchObject({ code });
    expect(temporaryClones()).toEqual(before);
  });

  it('is not cloned from a listed name that leads to a private address', async () => {
    const resolve = (host: string): Promise<string[]> =>
      Promise.resolve(host === 'inside.example' ? ['10.0.0.3'] : ['192.0.2.1', '10.0.0.3']);
    const addressesOf = createAddressCheck({ privateHosts: [] }, resolve);
    for (const url of [
      'https://inside.example/x.git',
      'ssh://git@inside.example/x.git',
      'https://mixed.example/x.git',
      'https://127.0.0.1/x.git',
      'https://[::1]/x.git',
    ]) {
      const hosts = ['*.example', '127.0.0.1', '::1'];
      await expect(
        gitSource('git:1', options({ url, hosts, addressesOf, protocols: undefined })),
      ).rejects.toMatchObject({ code: 'knowledge.private-address' });
    }
  });

  it('is cloned from the address that was checked, whatever the name says', async () => {
    const asked: Socket[] = [];
    const server = createServer((socket) => void asked.push(socket.on('error', () => undefined).destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `https://no-such-name.invalid:${port}/x.git`;
    const addressesOf = (): Promise<string[]> => Promise.resolve(['127.0.0.1']);
    const cloning = gitSource(
      'git:1',
      options({ url, hosts: ['*.invalid'], addressesOf, protocols: undefined }),
    );
    await expect(cloning).rejects.toMatchObject({
      code: 'knowledge.git-failed',
      message: expect.stringContaining("unable to access '…': "),
    });
    expect(asked.length).toBeGreaterThan(0);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says that it cannot be cloned, without telling the address', async () => {
    const failing = gitSource('git:1', options({ url: `file://${home}/none` }));
    await expect(failing).rejects.toMatchObject({ code: 'knowledge.git-failed', retryable: true });
    await expect(failing).rejects.not.toThrow(home);
  });
});
