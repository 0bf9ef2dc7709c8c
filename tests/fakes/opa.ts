import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Input {
  principal: { tenant: string };
  resource: { name: string; risk: string };
  context: {
    tenant: string;
    approved: boolean;
    untrusted: boolean;
    amountMicroUsd: number;
    hosts: string[];
    recipientDomains: string[];
    weekday: number;
    hour: number;
  };
}

/** The rules of samples/policies/steward.rego, transcribed: what an Open Policy Agent with that file would answer. */
function evaluate({ principal, resource, context }: Input): object {
  const deny: [string, string][] = [];
  const ask: [string, string, string][] = [];
  if (context.tenant !== principal.tenant)
    deny.push(['own-tenant-only', 'Data of another organisation is out of reach.']);
  if (context.hosts.some((host) => host !== 'hooks.example.com'))
    deny.push(['listed-hosts-only', 'Host not listed.']);
  if (context.recipientDomains.some((domain) => domain !== 'example.com'))
    deny.push(['listed-recipients-only', 'Domain not listed.']);
  if (context.amountMicroUsd > 50_000_000_000) deny.push(['amount-limit', 'Too much.']);
  const outside = context.weekday > 5 || context.hour < 7 || context.hour >= 19;
  if (resource.risk === 'destructive' && outside)
    deny.push(['risky-in-working-hours', 'Outside working hours.']);
  const personal = ['reminder.create', 'article.draft'].includes(resource.name) && !context.untrusted;
  if (resource.risk === 'write' && !personal)
    ask.push(['writes-need-approval', 'manager-or-approver', 'It changes something, so a person decides.']);
  if (resource.name === 'announcement.post')
    ask.push(['announcements-need-a-manager', 'announcement', 'Manager.']);
  if (['email.send', 'webhook.send'].includes(resource.name))
    ask.push(['outgoing-needs-approval', 'outgoing', 'Out.']);
  if (context.amountMicroUsd > 1_000_000_000)
    ask.push(['costly-needs-finance', 'manager-and-finance', 'Costly.']);
  if (resource.name.startsWith('deployment.') && resource.risk !== 'read')
    ask.push(['deployments-need-the-board', 'change-advisory-board', 'Production.']);
  if (resource.risk === 'destructive') ask.push(['destructive-needs-two', 'destructive', 'Two people.']);
  if (deny.length > 0)
    return {
      effect: 'deny',
      ruleIds: deny.map(([id]) => id).sort(),
      reason: deny[0]?.[1],
      approvals: [],
      callsPerson: deny.some(([id]) => id === 'amount-limit'),
    };
  if (!context.approved && ask.length > 0) {
    const ruleIds = ask.map(([id]) => id).sort();
    return { effect: 'needs-approval', ruleIds, reason: ask[0]?.[2], approvals: ask.map(([, rule]) => rule) };
  }
  return { effect: 'allow', ruleIds: ['people-use-tools'], reason: 'People may use tools.', approvals: [] };
}

export interface FakeOpa {
  url: string;
  /** Bodies that were asked. */
  asked: Input[];
  /** How often it gave an answer that it was told to give. */
  told(): number;
  /** The next answers are these instead. */
  answerWith(status: number, body: string): void;
  /** Answers by its rules again. */
  recover(): void;
  close(): Promise<void>;
}

/** A loopback stand-in for Open Policy Agent's Data API. */
export async function startFakeOpa(): Promise<FakeOpa> {
  const asked: Input[] = [];
  let canned: { status: number; body: string } | undefined;
  let told = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (canned) {
        told += 1;
        response.writeHead(canned.status);
        return response.end(canned.body);
      }
      if (request.method !== 'POST' || !request.url?.startsWith('/v1/data/steward/decision')) {
        response.writeHead(200);
        return response.end('{}'); // OPA answers an undefined document without a result
      }
      const { input } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { input: Input };
      asked.push(input);
      const provenance = { version: '1.4.2', bundles: { steward: { revision: 'r42' } } };
      response.writeHead(200);
      return response.end(JSON.stringify({ decision_id: 'd1', provenance, result: evaluate(input) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answerWith: (status, body) => {
      canned = { status, body };
    },
    told: () => told,
    recover: () => {
      canned = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
