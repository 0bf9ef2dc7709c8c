import { writeFileSync } from 'node:fs';
import { spreadOf, type LoadResult } from './generator.js';
import type { Subject } from './subject.js';
import type { GivenAnswer } from './traffic.js';
import type { TeamsTraffic } from './teams-traffic.js';

/** As many people as there are conversations at most: one person's messages are taken in turn, and one chat's cards too. */
const ASKERS = 64;
const DECIDERS = 16;
const asker = (request: number): string => `asker-${request % ASKERS}`;
const decider = (request: number): string => `decider-${request % DECIDERS}`;
const isDecider = (conversation: string): boolean => conversation.startsWith('decider-');
/** Requests that are made at the same time before anything is measured. */
const PREPARED_AT_ONCE = 8;
const PREPARE_WITHIN_MS = 180_000;
const SETTLE_WITHIN_MS = 60_000;

/** The company of the load: who asks, and the managers who decide. */
export function writeOrganisation(file: string): void {
  const entry = (id: string, more: string): string =>
    `  - { id: ${id}, name: Load ${id}, ${more}, accounts: { entra: load-${id} } }\n`;
  const askers = Array.from({ length: ASKERS }, (_, at) => entry(asker(at), `manager: ${decider(at)}`));
  const deciders = Array.from({ length: DECIDERS }, (_, at) =>
    entry(decider(at), 'roles: [viewer, manager]'),
  );
  writeFileSync(file, `people:\n${[...askers, ...deciders].join('')}`);
}

/** A button, and the chat that it stands in. */
export interface Button {
  conversation: string;
  data: Record<string, unknown>;
}

/**
 * Approves `count` requests by clicks on their cards, `parallel` at a time. A click is right when its own request answers
 * that it is approved, and when the card shows the ticket in the end, once. Processor time is counted until all is done:
 * the decision, the tool and every card that is rewritten.
 */
export async function runClicks(
  subject: Subject,
  traffic: TeamsTraffic,
  count: number,
  parallel: number,
): Promise<LoadResult> {
  const buttons = await prepareClicks(subject, traffic, count);
  const done = new Map<string, number>();
  traffic.onAnswer(({ text }) => {
    for (const [ticket] of text.matchAll(/\bT-\d+\b/g)) done.set(ticket, (done.get(ticket) ?? 0) + 1);
  });
  const latencies: number[] = [];
  const mistakes = { unanswered: 0, wrong: 0, surplus: 0, refused: 0 };
  const waiting = [...buttons];
  const cpuBefore = subject.cpuMicros();
  const started = performance.now();
  const clicker = async (): Promise<void> => {
    for (let button = waiting.pop(); button; button = waiting.pop()) {
      const began = performance.now();
      const { status, body } = await traffic.click(
        subject.port,
        button.conversation,
        'approval.approve',
        button.data,
      );
      if (status >= 300) mistakes.refused += 1;
      else if (!body.includes('approved')) mistakes.wrong += 1;
      else latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: parallel }, clicker));
  const seconds = (performance.now() - started) / 1000;
  const end = performance.now() + SETTLE_WITHIN_MS;
  while (done.size < count && performance.now() < end) await pause(50);
  const cpu = subject.cpuMicros() - cpuBefore;
  mistakes.unanswered += Math.max(0, count - done.size);
  return {
    answered: latencies.length,
    messagesPerSecond: latencies.length / seconds,
    ...spreadOf(latencies),
    cpuMicros: cpu / Math.max(1, latencies.length),
    rssBytes: subject.rssBytes(),
    ownBytes: subject.ownBytes(),
    ...mistakes,
    examples: [],
  };
}

/** Clicks on a bot that only answers them, for comparison with what an approval costs. */
export async function runInvokes(
  subject: Subject,
  traffic: TeamsTraffic,
  count: number,
  parallel: number,
): Promise<LoadResult> {
  return timed(subject, count, parallel, async () => {
    const { status, body } = await traffic.click(subject.port, decider(0), 'approval.approve', {
      approvalId: 'none',
    });
    return status < 300 && body.includes('approved');
  });
}

const CARD_WITHIN_MS = 60_000;

/** From posting a request until its card stands in the decider's chat. */
export async function runRequests(
  subject: Subject,
  traffic: TeamsTraffic,
  count: number,
  parallel: number,
): Promise<LoadResult> {
  const waiting = new Map<string, () => void>();
  traffic.onAnswer(({ conversation, text }: GivenAnswer) => {
    if (!isDecider(conversation)) return;
    for (const [costCentre = ''] of text.matchAll(/\b\d{5,}\b/g)) waiting.get(costCentre)?.();
  });
  return timed(subject, count, parallel, async () => {
    requests += 1;
    const costCentre = String(10_000 + requests);
    const shown = new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), CARD_WITHIN_MS);
      waiting.set(costCentre, () => {
        clearTimeout(late);
        resolve(true);
      });
    });
    const text = `please raise a laptop request for Lee, 16 inch, cost centre ${costCentre}`;
    const status = await traffic.send(subject.port, asker(requests), `request-${requests}`, text);
    return status < 300 && (await shown);
  });
}

/** Does something `count` times, `parallel` at a time. */
async function timed(
  subject: Subject,
  count: number,
  parallel: number,
  work: () => Promise<boolean>,
): Promise<LoadResult> {
  const latencies: number[] = [];
  const mistakes = { unanswered: 0, wrong: 0, surplus: 0, refused: 0 };
  let left = count;
  const cpuBefore = subject.cpuMicros();
  const started = performance.now();
  const worker = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1;
      const began = performance.now();
      if (await work()) latencies.push(performance.now() - began);
      else mistakes.wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const seconds = (performance.now() - started) / 1000;
  const cpu = subject.cpuMicros() - cpuBefore;
  return {
    answered: latencies.length,
    messagesPerSecond: latencies.length / seconds,
    ...spreadOf(latencies),
    cpuMicros: cpu / Math.max(1, latencies.length),
    rssBytes: subject.rssBytes(),
    ownBytes: subject.ownBytes(),
    ...mistakes,
    examples: [],
  };
}

let requests = 0;

/** Asks for laptops and waits for the cards of all requests. @returns the data of their approve buttons. */
export async function prepareClicks(
  subject: Subject,
  traffic: TeamsTraffic,
  count: number,
): Promise<Button[]> {
  const found = new Map<unknown, Button>();
  traffic.onAnswer(({ conversation, activity }: GivenAnswer) => {
    if (!isDecider(conversation)) return;
    for (const data of buttonsOf(activity, 'approval.approve'))
      found.set(data.approvalId, { conversation, data });
  });
  const everybody = Array.from({ length: ASKERS }, (_, at) => [asker(at), decider(at)]).flat();
  for (const who of new Set(everybody))
    await traffic.send(subject.port, who, `greet-${who}-${requests}`, 'help');
  let left = count;
  const ask = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1;
      requests += 1;
      const number = requests;
      const text = `please raise a laptop request for Lee, 16 inch, cost centre ${10_000 + number}`;
      await traffic.send(subject.port, asker(number), `request-${number}`, text);
    }
  };
  await Promise.all(Array.from({ length: PREPARED_AT_ONCE }, ask));
  const end = performance.now() + PREPARE_WITHIN_MS;
  while (found.size < count) {
    if (performance.now() > end) throw new Error(`Only ${found.size} of ${count} requests got a card.`);
    await pause(50);
  }
  return [...found.values()];
}

function buttonsOf(node: unknown, verb: string): Button['data'][] {
  if (Array.isArray(node)) return node.flatMap((item) => buttonsOf(item, verb));
  if (typeof node !== 'object' || node === null) return [];
  const member = node as Record<string, unknown>;
  if (member.type === 'Action.Execute' && member.verb === verb) return [member.data as Button['data']];
  return Object.values(member).flatMap((value) => buttonsOf(value, verb));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
