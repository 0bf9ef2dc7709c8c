import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { describeError, InvalidInput } from '../../core/kernel/errors.js';
import { HOME_TENANT } from '../tenants.js';
import type { CliContext } from './context.js';

/** A Teams activity; only what replay itself needs is looked at, the adapter judges the rest. */
const teamsPayload = z.looseObject({ type: z.string(), conversation: z.looseObject({ id: z.string() }) });
const recorded = z.object({ request: z.object({ body: teamsPayload }) });

const QUIET_MS = 700;

interface Sent {
  method: string;
  path: string;
  body: unknown;
}

/** `steward replay FILE.json`: plays a Teams payload through the whole pipeline and prints what would be answered. */
export function replayCommand(context: CliContext): Command {
  return new Command('replay')
    .description(
      'show what would be answered to a recorded Teams payload; nothing is sent and nothing is kept',
    )
    .argument('<file>', 'JSON file with an activity, or a recording with request.body')
    .option('--json', 'one JSON line per outgoing request, and one for the response')
    .option('--wait <ms>', 'how long to wait for an answer', '20000')
    .action(async (file: string, { json, wait }: { json?: boolean; wait: string }) => {
      const payload = readPayload(file);
      const sink = await startSink();
      const folder = mkdtempSync(join(tmpdir(), 'steward-replay-'));
      try {
        const response = await play(
          context,
          folder,
          { ...payload, serviceUrl: sink.url },
          sink,
          Number(wait) || 20_000,
        );
        if (json) {
          context.emit({ kind: 'response', ...response });
          for (const sent of sink.sent) context.emit({ kind: 'sent', ...sent });
        } else print(context, response, sink.sent);
      } finally {
        await sink.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
}

function readPayload(file: string): z.infer<typeof teamsPayload> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidInput('cli.unreadable', `${file} cannot be read as JSON: ${describeError(error)}`);
  }
  const wrapped = recorded.safeParse(value);
  const plain = teamsPayload.safeParse(wrapped.success ? wrapped.data.request.body : value);
  if (!plain.success) {
    throw new InvalidInput(
      'cli.no-payload',
      `${file} holds no activity: it needs "type" and "conversation.id".`,
    );
  }
  return plain.data;
}

async function play(
  { config, clock, logger, progress }: CliContext,
  dataDir: string,
  payload: object,
  sink: Sink,
  waitMs: number,
): Promise<{ status: number; body: unknown }> {
  const { composeSteward } = await import('../compose.js');
  const { firstIngest } = await import('../first-ingest.js');
  const steward = await composeSteward(
    {
      ...config,
      dataDir,
      environment: 'development',
      server: { ...config.server, host: '127.0.0.1', port: 0 },
      storage: { allowEmbedded: true },
      teams: { appType: 'SingleTenant' },
      slack: {},
    },
    { clock, logger },
  );
  try {
    await firstIngest(steward, (text) => progress(`${text}\n`));
    if (!steward.source.isSample) {
      for await (const event of steward.knowledge.ingest(HOME_TENANT, steward.source.collection, [
        steward.source.folder,
      ])) {
        if (event.kind === 'end') progress(`${event.report.counts.added} documents taken in\n`);
      }
    }
    const { port } = await steward.start();
    const response = await fetch(`http://127.0.0.1:${port}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    const text = await response.text();
    const deadline = clock.now().getTime() + waitMs;
    // An answer is complete when nothing runs and nothing was sent for a moment.
    while (
      clock.now().getTime() < deadline &&
      (steward.turns.intake.load > 0 || sink.quietFor() < QUIET_MS)
    ) {
      await clock.sleep(50);
    }
    return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
  } finally {
    await steward.stop();
  }
}

interface Sink {
  url: string;
  sent: Sent[];
  /** ms since the last request, or since the start. */
  quietFor(): number;
  close(): Promise<void>;
}

/** Takes the place of the channel: notes what is sent and answers as a connector does. */
async function startSink(): Promise<Sink> {
  const sent: Sent[] = [];
  let last = performance.now();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      last = performance.now();
      const text = Buffer.concat(chunks).toString();
      sent.push({
        method: request.method ?? '',
        path: request.url ?? '',
        body: text ? (JSON.parse(text) as unknown) : undefined,
      });
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: `sent-${sent.length}` }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    quietFor: () => performance.now() - last,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function print({ say }: CliContext, response: { status: number; body: unknown }, sent: Sent[]): void {
  say(`HTTP ${response.status}${response.body === undefined ? '' : ` ${JSON.stringify(response.body)}`}`);
  const messages = sent.filter(({ body }) => (body as { type?: string } | undefined)?.type === 'message');
  if (messages.length === 0) say('No message would be sent.');
  for (const { method, body } of messages) {
    const { text, attachments } = body as { text?: string; attachments?: { contentType: string }[] };
    say(`\n${method === 'PUT' ? 'rewritten message' : 'message'}:\n${text ?? ''}`);
    for (const { contentType } of attachments ?? []) say(`  with ${contentType}`);
  }
}
