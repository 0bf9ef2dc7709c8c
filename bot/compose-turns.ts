import type { Activity } from '../core/kernel/activity.js';
import type { Clock } from '../core/kernel/clock.js';
import type { ChannelName } from '../core/kernel/conversation-reference.js';
import type { Effect } from '../core/kernel/effect.js';
import { Defect } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { ChannelPort, OutboundContent } from '../core/kernel/outbound-message.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { AuditLog } from '../core/governance/audit/audit-log.js';
import { createConversationOwners } from '../storage/mongo/conversation-owners.js';
import type { Database } from '../storage/mongo/database.js';
import { createInbox, type Inbox } from '../storage/mongo/inbox.js';
import { createMessageCopies, type MessageCopies } from '../storage/mongo/message-copies.js';
import { createOutcomes, newOutcome, type Outcomes } from '../storage/mongo/outcomes.js';
import type { Replica } from '../storage/mongo/replicas.js';
import { createAuditRelay, type AuditRelay } from './turn/audit-relay.js';
import { createConversationQueue } from './turn/conversation-queue.js';
import { createIntake, type RunningIntake } from './turn/intake.js';
import { createStopBoard } from './turn/stop-board.js';
import type { FieldCipher } from '../storage/mongo/field-cipher.js';
import { sealWithheld } from '../storage/mongo/past-texts.js';
import { createStops } from '../storage/mongo/stops.js';
import { createOutbox, type Outbox } from './turn/outbox.js';
import { createOwnership } from './turn/ownership.js';
import { createQuestionLimit } from './turn/question-limit.js';
import { runTurn, type PipelineDependencies, type TurnSteps } from './turn/pipeline.js';

/** Turns that run at once in one process; more wait in order. */
const PARALLEL_TURNS = 64;
/** Questions among them that run at once even while the process is busy. */
const LEAST_QUESTIONS = 16;

export interface TurnsOptions {
  database: Database;
  cipher: FieldCipher;
  replica: Replica;
  steps: TurnSteps;
  tenantOf(activity: Activity): string;
  /** Told of each turn that ended, for a collector of traces. */
  onTurn: PipelineDependencies['onTurn'];
  /** True for what cannot wait for the turn before it. */
  overtakes(activity: Activity): boolean;
  audit: AuditLog;
  /** Whether an activity is a new question, which waits when there is too much to do. */
  mayWait(activity: Activity): boolean;
  /** What a person reads whose question waits. */
  busyContent(place: number, locale: string): OutboundContent;
  /** Turns in the queue from which new questions wait. */
  busyAt?: number;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface Turns {
  intake: RunningIntake;
  outbox: Outbox;
  outcomes: Outcomes;
  inbox: Inbox;
  replica: Replica;
  auditRelay: AuditRelay;
  copies(tenantId: string): MessageCopies;
  /** Adapters are made after the pipeline, since they hand activities to it. */
  addChannel(port: ChannelPort): void;
  /** Stores and sends messages that no turn and no document decided; the same effect id again is once. */
  post(tenantId: string, effect: Pick<Effect, 'id' | 'messages' | 'audit'>): Promise<void>;
  start(): Promise<void>;
  /** Ends running turns and hands everything else to whoever comes next. */
  stop(graceMs: number): Promise<void>;
}

/** Joins inbox, pipeline, outbox and audit chain. */
export function createTurns(options: TurnsOptions): Turns {
  const { database, cipher, replica, steps, clock, logger, metrics } = options;
  const inbox = createInbox(database);
  const outcomes = createOutcomes(database);
  const ports = new Map<ChannelName, ChannelPort>();
  const copies = (tenantId: string): MessageCopies => createMessageCopies(database, tenantId);
  const channel = (name: ChannelName): ChannelPort => {
    const port = ports.get(name);
    if (!port) throw new Defect('bot.no-channel', `The channel ${name} is not configured.`);
    return port;
  };
  const outbox = createOutbox({
    outcomes,
    copies,
    channel: (name) => ports.get(name),
    replica,
    clock,
    logger,
    metrics,
  });
  const auditRelay = createAuditRelay(
    outcomes,
    (tenantId, batches) =>
      options.audit.append(
        tenantId,
        batches.map(({ batchId, events }) => ({ id: batchId, events })),
      ),
    clock,
    logger,
  );
  const post: Turns['post'] = async (tenantId, { id, messages, audit }) => {
    const outcome = newOutcome(id, tenantId, { messages, audit }, replica.id, clock.now());
    if (await outcomes.add(outcome)) await outbox.deliver(outcome);
  };
  const stops = createStopBoard({ stops: createStops(database), replica, clock, logger });
  const intake = createIntake({
    inbox,
    ownership: createOwnership(createConversationOwners(database), replica, clock),
    queue: createConversationQueue(
      PARALLEL_TURNS,
      createQuestionLimit({ least: LEAST_QUESTIONS, most: PARALLEL_TURNS }),
    ),
    replica,
    tenantOf: options.tenantOf,
    sortOut: async (activity) => {
      const port = channel(activity.conversation.channel);
      return port.sortOut ? port.sortOut(activity) : activity;
    },
    overtakes: options.overtakes,
    run: (record, signal) =>
      runTurn(
        record,
        {
          steps,
          channel,
          outcomes,
          stops,
          sealWithheld: (...kept) => sealWithheld(cipher, ...kept),
          replicaId: replica.id,
          clock,
          logger,
          metrics,
          onTurn: options.onTurn,
        },
        signal,
      ),
    stopWriting: stops.press,
    hasEnded: outcomes.has,
    deliver: ({ outcome, live }) => outbox.deliver(outcome, live),
    settle: outbox.settle,
    mayWait: options.mayWait,
    tellBusy: ({ turnId, tenantId, reference, replyToActivityId, locale, place }) => {
      const id = `${turnId}.busy`;
      const content = options.busyContent(place, locale ?? 'en');
      return post(tenantId, {
        id,
        messages: [{ id: `${id}.0`, kind: 'post', conversation: reference, content, replyToActivityId }],
        audit: [],
      });
    },
    busyAt: options.busyAt,
    clock,
    logger,
    metrics,
  });
  return {
    intake,
    post,
    outbox,
    outcomes,
    inbox,
    replica,
    auditRelay,
    copies,
    addChannel: (port) => {
      ports.set(port.channel, port);
    },
    start: async () => {
      await intake.start();
      outbox.start();
      stops.start();
      auditRelay.start();
    },
    stop: async (graceMs) => {
      await intake.stop(graceMs);
      await stops.end();
      await outbox.stop();
      await auditRelay.stop();
      await auditRelay.flush().catch(() => undefined); // the next process moves what is left
      await database.batch.drain();
      await replica.close();
    },
  };
}
