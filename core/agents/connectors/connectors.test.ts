import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { chatOf } from '../../../tests/fakes/approval-world.js';
import { startFakeGitHub, type FakeGitHub } from '../../../tests/fakes/github.js';
import { startHttpRecorder } from '../../../tests/fakes/http-recorder.js';
import { memoryExecutions } from '../../../tests/fakes/memory-tools.js';
import { testClock } from '../../../tests/fakes/test-clock.js';
import type { ToolRunResult } from '../../approvals/tool-desk.js';
import { createOutboundFetch } from '../../kernel/outbound-fetch.js';
import type { JsonObject } from '../../kernel/json.js';
import { silentLogger } from '../../kernel/logger.js';
import { noMetrics } from '../../kernel/telemetry.js';
import { outgoingTools, webhookSignature } from '../tools/built-in/outgoing-tools.js';
import { createRegistry } from '../tools/registry.js';
import { createToolDesk } from '../tools/tool-desk.js';
import type { ToolExecution } from '../tools/tool-execution.js';
import type { AnyTool } from '../tools/tool.js';
import { createGitHub } from './github.js';
import { gitHubTools } from './github-tools.js';
import { createMail } from './mail.js';

const clock = testClock();

function deskOf(tools: AnyTool[], records = new Map<string, ToolExecution>()) {
  const options = {
    executions: memoryExecutions(records),
    clock,
    logger: silentLogger,
    metrics: noMetrics,
    timeoutMs: 5_000,
  };
  const desk = createToolDesk(createRegistry(tools), options);
  let counter = 0;
  const use = async (
    tool: string,
    parameters: JsonObject,
    key = `key-${(counter += 1)}`,
  ): Promise<ToolRunResult> => {
    const checked = desk.check(tool, parameters);
    if (!checked.ok) throw new Error(JSON.stringify(checked));
    const run = {
      key,
      tenantId: 't1',
      tool,
      parameters: checked.call.parameters,
      requester: { id: 'mia', name: 'Mia' },
    };
    return desk.run({ ...run, origin: chatOf('mia'), correlationId: 'c', approvedBy: [] });
  };
  return { desk, use, records };
}

describe('GitHub', () => {
  let server: FakeGitHub;
  let allowed = true;
  const tools = (token = 'secret'): AnyTool[] =>
    gitHubTools(
      createGitHub({ token, apiUrl: server.url, fetch: createOutboundFetch(() => allowed) }),
      'acme/web',
    );
  beforeEach(async () => {
    allowed = true;
    server = await startFakeGitHub('secret');
  });
  afterEach(() => server.close());

  it('opens, changes, lists and closes issues, and opens them again', async () => {
    const { use, desk } = deskOf(tools());
    expect(await use('github.create-issue', { title: 'Login fails', labels: 'bug, urgent' })).toMatchObject({
      outcome: { kind: 'done', link: 'https://github.com/acme/web/issues/1' },
    });
    expect(server.issues[0]).toMatchObject({ labels: [{ name: 'bug' }, { name: 'urgent' }] });
    await use('github.update-issue', { issue: '#1', title: 'Login fails on Mondays' });
    expect((await use('github.list-issues', {})).outcome).toMatchObject({
      summary: expect.stringContaining('Login fails on Mondays'),
    });
    const parameters = { issue: 1, repository: 'acme/web', reason: 'completed' };
    await use('github.close-issue', parameters, 'close-1');
    expect(server.issues[0]).toMatchObject({ state: 'closed', state_reason: 'completed' });
    await desk.undo({
      key: 'close-1',
      tenantId: 't1',
      tool: 'github.close-issue',
      parameters,
      requester: { id: 'mia', name: 'Mia' },
      origin: chatOf('mia'),
      correlationId: 'c',
      approvedBy: [],
    });
    expect(server.issues[0]).toMatchObject({ state: 'open' });
    expect((await use('github.close-issue', { issue: 9 })).outcome).toEqual({
      kind: 'failed',
      reason: 'There is no issue #9.',
      mayRetry: false,
    });
  });

  it('shows where an issue stands on its boards', async () => {
    const { use } = deskOf(tools());
    await use('github.create-issue', { title: 'Login fails' });
    server.boards.set(1, [{ project: 'Roadmap', status: 'In progress' }, { project: 'Triage' }]);
    expect((await use('github.project-status', { issue: 1 })).outcome).toMatchObject({
      summary: '- Roadmap: **In progress**\n- Triage: **no status**',
    });
    expect((await use('github.project-status', { issue: 7 })).outcome).toMatchObject({ kind: 'failed' });
  });

  it('finds an issue that was opened before the process died, and opens no second one', async () => {
    const { use, records } = deskOf(tools());
    await use('github.create-issue', { title: 'Login fails' }, 'approval-1');
    const record = records.get('approval-1');
    if (record) records.set('approval-1', { ...record, result: undefined, completedAt: undefined });
    expect((await use('github.create-issue', { title: 'Login fails' }, 'approval-1')).outcome).toMatchObject({
      kind: 'done',
      summary: 'Issue #1 was opened: Login fails',
    });
    expect(server.issues).toHaveLength(1);
  });

  it('does not say that nothing happened when the answer was lost', async () => {
    const { use } = deskOf(tools());
    server.failWith(502);
    expect((await use('github.create-issue', { title: 'Login fails' }, 'k')).outcome.kind).toBe('unknown');
    expect((await use('github.update-issue', { issue: 1, title: 'New title' })).outcome).toMatchObject({
      kind: 'failed',
      mayRetry: true,
    });
    server.failWith(403, 'API rate limit exceeded');
    expect((await use('github.list-issues', {})).outcome).toMatchObject({ kind: 'failed', mayRetry: true });
  });

  it('fails plainly with a wrong token, an unknown repository, or a host that may not be reached', async () => {
    expect((await deskOf(tools('wrong')).use('github.list-issues', {})).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('administrator'),
    });
    const { use } = deskOf(tools());
    expect(
      (await use('github.create-issue', { repository: 'acme/other', title: 'Hello' })).outcome.kind,
    ).toBe('failed');
    allowed = false;
    const before = server.requests.length;
    expect((await use('github.list-issues', {})).outcome.kind).toBe('failed');
    expect(server.requests).toHaveLength(before);
  });
});

describe('mail', () => {
  it('arrives as it was written, with headers that nobody can smuggle in', async () => {
    const mails: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, callback) =>
        address.startsWith('nobody')
          ? callback(Object.assign(new Error('no such user'), { responseCode: 550 }))
          : callback(),
      onData: (stream, _session, callback) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        stream.on('end', () => {
          mails.push(text);
          callback();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const mail = createMail(
      `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
      'steward@example.com',
    );
    const { use } = deskOf(
      outgoingTools({ fetch: createOutboundFetch(() => false), webhookSecret: () => 's', mail }),
    );
    const sent = await use('email.send', {
      recipients: 'ann@example.com; bo@example.com',
      subject: 'Größe\r\nBcc: evil@example.net',
      text: 'Hello',
    });
    expect(sent.outcome.kind).toBe('done');
    const parsed = await PostalMime.parse(mails[0] ?? '');
    expect(parsed.subject).toBe('Größe Bcc: evil@example.net');
    expect(parsed.to?.map(({ address }) => address)).toEqual(['ann@example.com', 'bo@example.com']);
    expect(parsed.bcc ?? []).toEqual([]);
    expect(parsed.text).toContain('Sent by Steward for Mia');
    const refused = await use('email.send', { recipients: 'nobody@example.com', subject: 'x', text: 'y' });
    expect(refused.outcome).toMatchObject({ kind: 'failed' });
    const partly = await use('email.send', {
      recipients: 'ann@example.com, nobody@example.com',
      subject: 'x',
      text: 'y',
    });
    expect(partly.outcome).toMatchObject({
      kind: 'done',
      summary: 'The mail was sent to ann@example.com. Not taken for: nobody@example.com.',
    });
    mail.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it.each<[string, { onAuth?: number; onMailFrom?: number } | undefined, string, boolean | undefined]>([
    ['is not there', undefined, 'failed', true],
    ['says that it is busy', { onMailFrom: 451 }, 'failed', true],
    ['takes no such login', { onAuth: 535 }, 'failed', false],
    ['hangs up once it has the mail', {}, 'unknown', undefined],
  ])('tells what became of a mail when the server %s', async (_what, faults, kind, mayRetry) => {
    const no = (code: number): Error => Object.assign(new Error('no'), { responseCode: code });
    const server = new SMTPServer({
      authOptional: faults?.onAuth === undefined,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, callback) => callback(no(535)),
      onMailFrom: (_address, _session, callback) => callback(faults?.onMailFrom ? no(451) : undefined),
      onData: (stream) => {
        stream.on('end', () => sockets.forEach((socket) => socket.destroy()));
        stream.resume();
      },
    });
    const sockets = new Set<Socket>();
    server.server.on('connection', (socket: Socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    if (faults === undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
    const login = faults?.onAuth ? 'steward:wrong@' : '';
    const mail = createMail(`smtp://${login}127.0.0.1:${port}`, 'steward@example.com');
    const { use } = deskOf(
      outgoingTools({ fetch: createOutboundFetch(() => false), webhookSecret: () => 's', mail }),
    );
    const { outcome } = await use('email.send', { recipients: 'ann@example.com', subject: 'x', text: 'y' });
    expect(outcome).toMatchObject({ kind, ...(mayRetry !== undefined && { mayRetry }) });
    mail.close();
    sockets.forEach((socket) => socket.destroy());
    if (faults !== undefined) server.close(() => undefined);
  });
});

describe('webhooks', () => {
  it('say that nothing happened where nobody took the call', async () => {
    const gone = await startHttpRecorder(() => ({ status: 200 }));
    await gone.close();
    const { use } = deskOf(
      outgoingTools({ fetch: createOutboundFetch(() => true), webhookSecret: () => 's' }),
    );
    const { outcome } = await use('webhook.send', { url: `${gone.url}/hook` });
    expect(outcome).toMatchObject({ kind: 'failed', mayRetry: true });
  });

  it('are signed, carry the key, and count an error answer as a failure', async () => {
    let status = 200;
    const server = await startHttpRecorder(() => ({ status }));
    const { use, desk } = deskOf(
      outgoingTools({ fetch: createOutboundFetch(() => true), webhookSecret: (tenant) => `s-${tenant}` }),
    );
    const body = '{"ok":true}';
    expect((await use('webhook.send', { url: `${server.url}/hook`, body }, 'key-9')).outcome.kind).toBe(
      'done',
    );
    expect(server.requests[0]?.headers).toMatchObject({
      'idempotency-key': 'key-9',
      'x-steward-signature': webhookSignature('s-t1', body, clock.now()),
    });
    status = 404;
    expect((await use('webhook.send', { url: server.url, body })).outcome).toMatchObject({ kind: 'failed' });
    expect(desk.check('webhook.send', { url: 'ftp://x', body: 'no' })).toMatchObject({
      ok: false,
      errors: { url: expect.any(String), body: expect.any(String) },
    });
    await server.close();
    expect((await use('webhook.send', { url: server.url, body })).outcome.kind).toBe('unknown');
  });
});
