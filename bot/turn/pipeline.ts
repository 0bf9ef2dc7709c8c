import type { Clock } from '../../core/kernel/clock.js';
import type { AnswerPart, WithheldAnswer } from '../../core/guardrails/answer-part.js';
import type { ChannelName } from '../../core/kernel/conversation-reference.js';
import { describeError, InvalidInput, StewardError, Unavailable } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type {
  ActionResponse,
  ChannelPort,
  LiveReplyChannel,
  OutboundContent,
  OutboundMessage,
} from '../../core/kernel/outbound-message.js';
import type { Person } from '../../core/kernel/person.js';
import type { Activity } from '../../core/kernel/activity.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { TurnSpan } from '../telemetry/traces.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { Tenant } from '../../core/kernel/tenant.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { InboxRecord } from '../../storage/mongo/inbox.js';
import { newOutcome, type OutcomeRecord, type Outcomes } from '../../storage/mongo/outcomes.js';
import { earlySign } from './early-sign.js';
import type { Identify } from './identify.js';
import { waitsForMending } from './mending.js';
import type { StopBoard } from './stop-board.js';
import { createTurn, type CollectedTurn } from './turn-context.js';

/** What a screen of the turn decided about a text. */
export type TextDecision =
  | { kind: 'pass'; text: string; restore: Record<string, string> }
  | { kind: 'stop'; content: OutboundContent; rule: string; record: JsonObject };

/** What is said instead of, or as, the given content; `record` when the screen changed something. */
export interface ScreenedOutput {
  content: OutboundContent;
  record?: JsonObject;
  /** What the screen was given, where it changed that. */
  withheld?: AnswerPart;
  needsReview?: boolean;
}

/** The steps of a turn in their order; each is a function that `bot/compose.ts` gives. */
export interface TurnSteps {
  tenant(tenantId: string): Promise<Tenant>;
  identify: Identify;
  /** @returns what to say instead when the person asks too often. */
  limitRate(
    tenant: Tenant,
    person: Person,
    record: InboxRecord,
    locale: string,
  ): Promise<OutboundContent | undefined>;
  screenInput(tenant: Tenant, text: string, locale: string, correlationId: string): Promise<TextDecision>;
  route(turn: Turn): Promise<void>;
  screenOutput(
    tenant: Tenant,
    content: OutboundContent,
    locale: string,
    correlationId: string,
  ): Promise<ScreenedOutput>;
  /** Whether a stretch of an answer that is still being written may be shown; `said` is what the person wrote. */
  mayShow(tenant: Tenant, text: string, said: string): Promise<boolean>;
  /** Told of a turn that failed, after its apology was said. */
  noteFailure(turn: Turn): Promise<void>;
  /** Called when an answer waits for a person to look at it. */
  review(turn: Turn): Promise<void>;
  /** What a person reads when a turn failed. */
  explain(error: unknown, locale: string, correlationId: string): OutboundContent;
  localeOf(record: InboxRecord, person?: Person): string;
  /** What is shown when something takes longer before the answer is worked on; undefined for what needs no such line. */
  signFor(activity: Activity, locale: string): string | undefined;
}

export interface PipelineDependencies {
  steps: TurnSteps;
  channel(name: ChannelName): ChannelPort;
  outcomes: Outcomes;
  /** Where it is seen that somebody said stop. */
  stops: Pick<StopBoard, 'watch'>;
  /** Seals answers that the screen changed, so that another policy can be tried on them. */
  sealWithheld(record: InboxRecord, withheld: readonly WithheldAnswer[]): string | undefined;
  replicaId: string;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Told of each turn that ended, for a collector of traces. */
  onTurn?(span: TurnSpan): void;
}

/** A finished turn: its outcome as stored, the answer for the waiting request, and a live reply to be replaced. */
export interface FinishedTurn {
  outcome: OutcomeRecord;
  response: ActionResponse;
  live?: LiveReplyChannel;
}

/** Nothing of the turn has happened, and nothing can until somebody mends its cause. */
export class TurnHasToWait extends StewardError {
  constructor(cause: StewardError) {
    super('bot.turn-waits', `Who wrote cannot be known: ${cause.message}`, { cause, mendable: true });
  }
}

const MOST_ATTEMPTS = 3;
/** Characters of one message; whatever is longer belongs into a file. */
const LONGEST_TEXT = 16_000;

/**
 * Runs one activity's turn: identify, rate limit, screen input, route, screen output, store the outcome.
 * A fault becomes an answer with a correlation id; a turn never ends in silence.
 * @returns undefined when another process stored this turn's outcome first.
 * @throws Unavailable when the outcome cannot be stored, TurnHasToWait when it cannot begin yet; the turn is then to be
 * run again.
 */
export async function runTurn(
  record: InboxRecord,
  deps: PipelineDependencies,
  signal: AbortSignal,
): Promise<FinishedTurn | undefined> {
  const { steps, clock, logger, metrics, replicaId } = deps;
  const { tenantId, channel } = record;
  const about = { correlationId: record._id, tenantId, channel };
  const started = clock.now();
  let result = 'answered';
  const collected = await collect(record, deps, signal).catch(async (error: unknown) => {
    if (error instanceof TurnHasToWait) throw error;
    result = 'failed';
    logger.error(
      { ...about, error: describeError(error), cause: causeOf(error), code: codeOf(error) },
      'A turn failed.',
    );
    return apologise(record, deps, error, signal);
  });
  const { messages, withheld } = await screenMessages(collected, steps);
  const outcome = newOutcome(
    record._id,
    record.tenantId,
    { messages, audit: collected.audit, withheld: deps.sealWithheld(record, withheld) },
    replicaId,
    clock.now(),
  );
  const first = leadsToNothing(outcome) || (await store(outcome, deps.outcomes));
  const ended = clock.now();
  deps.onTurn?.({ ...about, kind: record.activity.kind, result, startedAt: started, endedAt: ended });
  const seconds = (ended.getTime() - started.getTime()) / 1000;
  metrics.observe('turn_seconds', seconds, { channel: record.channel, kind: record.activity.kind });
  metrics.count('turns_total', { channel: record.channel, kind: record.activity.kind, result });
  logger.info(
    {
      ...about,
      kind: record.activity.kind,
      ms: Math.round(seconds * 1000),
      messages: messages.length,
      result,
    },
    'Turn ended.',
  );
  return first ? { outcome, response: collected.response(), live: collected.live() } : undefined;
}

/** A turn that says and audits nothing, such as most clicks, is over once the inbox says so; done again it says nothing again. */
const leadsToNothing = ({ messages, audit, withheld }: OutcomeRecord): boolean =>
  messages.length === 0 && audit.length === 0 && withheld === undefined;

/** @returns false when another process stored this turn's outcome first. */
const store = (outcome: OutcomeRecord, outcomes: Outcomes): Promise<boolean> =>
  outcomes.add(outcome).catch((error: unknown) => {
    throw new Unavailable('bot.outcome-not-stored', 'The outcome of a turn could not be stored.', {
      cause: error,
    });
  });

/** Screens what a model or a document wrote; what was changed or held back is audited by ids and a hash. */
async function screenMessages(
  { turn, messages }: CollectedTurn,
  steps: TurnSteps,
): Promise<{ messages: OutboundMessage[]; withheld: WithheldAnswer[] }> {
  const screened: OutboundMessage[] = [];
  const kept: WithheldAnswer[] = [];
  for (const message of messages) {
    if (message.content.aiGenerated) {
      const { content, record, withheld, needsReview } = await steps.screenOutput(
        turn.tenant,
        message.content,
        turn.locale,
        turn.correlationId,
      );
      if (record) turn.audit({ action: 'answer-screen', resource: `message:${message.id}`, after: record });
      if (withheld) kept.push({ messageId: message.id, ...withheld });
      if (needsReview) await steps.review(turn);
      screened.push({ ...message, content });
    } else screened.push(message);
  }
  return { messages: screened, withheld: kept };
}

async function collect(
  stored: InboxRecord,
  deps: PipelineDependencies,
  signal: AbortSignal,
): Promise<CollectedTurn> {
  const { steps, clock } = deps;
  const record = { ...stored, activity: promptAsMessage(stored.activity) };
  if (record.attempts > MOST_ATTEMPTS) {
    throw new StewardError(
      'bot.turn-gave-up',
      `The turn was begun ${record.attempts} times and never ended.`,
    );
  }
  const { activity } = record;
  const tenant = await steps.tenant(record.tenantId);
  // Where Steward was removed nobody can be asked any more.
  const asked = activity.kind === 'uninstall' ? undefined : activity.conversation;
  const {
    person: known,
    strength,
    accountId,
  } = await steps
    .identify(tenant, activity.conversation.channel, activity.from, asked)
    .catch((error: unknown) => {
      const ageMs = clock.now().getTime() - record.receivedAt.getTime();
      throw waitsForMending(error, ageMs) ? new TurnHasToWait(error) : error;
    });
  if (accountId !== undefined) activity.from = { ...activity.from, accountId };
  if (activity.kind === 'message' && activity.text.length > LONGEST_TEXT) {
    throw new InvalidInput(
      'bot.text-too-long',
      `A message of ${activity.text.length} characters was refused.`,
      {
        userText: 'error.too-large',
      },
    );
  }
  const person = { ...known, timeZone: known.timeZone ?? activity.from.timeZone };
  const locale = steps.localeOf(record, person);
  const isMessage = activity.kind === 'message' && activity.addressed;
  const channel = deps.channel(activity.conversation.channel);
  const line = steps.signFor(activity, locale);
  const early = line
    ? earlySign(line, () => channel.startLive(activity.conversation, activity.activityId), clock)
    : undefined;
  const screen = async () => {
    const limited =
      isMessage && !activity.counted ? await steps.limitRate(tenant, person, record, locale) : undefined;
    const screened =
      isMessage && !limited && activity.text
        ? await steps.screenInput(tenant, activity.text, locale, record._id)
        : { kind: 'pass' as const, text: activity.text, restore: {} };
    return { limited, screened };
  };
  const { limited, screened } = await screen().catch(async (error: unknown) => {
    await early?.end()?.abandon();
    throw error;
  });
  const live = early?.end();

  const mayShow = (part: string): Promise<boolean> => steps.mayShow(tenant, part, activity.text);
  const facts = { record, tenant, person, bindingStrength: strength, locale, signal, mayShow, live };
  const text = screened.kind === 'pass' ? screened.text : '';
  const collected = createTurn({ ...facts, text }, channel, clock);
  const { turn } = collected;
  if (limited) {
    turn.reply(limited);
    turn.audit({ action: 'turn-limit', resource: `conversation:${record.conversation}` });
  } else if (screened.kind === 'stop') {
    turn.reply(screened.content);
    turn.audit({
      action: 'turn-block',
      resource: `conversation:${record.conversation}`,
      rule: screened.rule,
      after: screened.record,
    });
  } else {
    const release = deps.stops.watch(activity.conversation, collected.stop);
    try {
      await steps.route(turn);
    } finally {
      release();
    }
  }
  return collected;
}

/** A click on a suggested prompt is the person's own words, screened and counted like any other. */
function promptAsMessage(activity: Activity): Activity {
  const prompt = activity.action?.verb === 'ask.prompt' ? activity.action.data.prompt : undefined;
  if (typeof prompt !== 'string') return activity;
  return { ...activity, kind: 'message', text: prompt, addressed: true, action: undefined };
}

/** A turn that only says what went wrong; what the failed turn had collected is dropped. */
async function apologise(
  record: InboxRecord,
  deps: PipelineDependencies,
  error: unknown,
  signal: AbortSignal,
): Promise<CollectedTurn> {
  const { steps, clock } = deps;
  const { conversation, from } = record.activity;
  const known = await steps.identify
    .known(record.tenantId, conversation.channel, from)
    .catch(() => undefined); // the store may be what failed
  const nobody: Person = {
    id: 'unknown',
    tenantId: record.tenantId,
    name: '',
    roles: [],
    groups: [],
    accounts: [],
    active: false,
  };
  const tenant: Tenant = { id: record.tenantId, name: '' };
  const locale = steps.localeOf(record, known);
  const facts = {
    record,
    tenant,
    person: known ?? nobody,
    bindingStrength: 'asserted' as const,
    text: '',
    locale,
    signal,
    mayShow: async () => false,
  };
  const collected = createTurn(facts, deps.channel(record.activity.conversation.channel), clock);
  const content = steps.explain(error, locale, record._id);
  if (record.activity.expectsResponse) {
    const status = error instanceof StewardError ? error.status : 500;
    collected.turn.respond({ kind: 'error', status, text: content.text });
  } else if (record.activity.addressed) collected.turn.reply(content);
  collected.turn.audit({ action: 'turn-fail', resource: `turn:${record._id}`, reason: codeOf(error) });
  const isOurs = !(error instanceof StewardError) || error.status >= 500;
  if (known && isOurs) await steps.noteFailure(collected.turn).catch(() => undefined); // one apology is enough
  return collected;
}

const codeOf = (error: unknown): string => (error instanceof StewardError ? error.code : 'bot.unexpected');

const causeOf = (error: unknown): string | undefined =>
  error instanceof Error && error.cause !== undefined ? describeError(error.cause) : undefined;
