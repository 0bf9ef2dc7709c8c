import type { Directory } from '../governance/identity/directory.js';
import type { Reach } from '../governance/identity/reach.js';
import type { Policy } from '../governance/policy/decision.js';
import type { Clock } from '../kernel/clock.js';
import type { Effect } from '../kernel/effect.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/telemetry.js';
import type { ApprovalCards } from './approval-cards.js';
import type { ApprovalRepository } from './approval-repository.js';
import type { StepUp } from './step-up.js';
import type { ToolDesk } from './tool-desk.js';

/** Hours of a person's day in which nothing is sent that can wait; equal hours mean none. */
export interface QuietHours {
  fromHour: number;
  untilHour: number;
}

/** All that the approval service leans on; made once by `bot/compose.ts`. */
export interface ApprovalContext {
  approvals: (tenantId: string) => ApprovalRepository;
  directory: (tenantId: string) => Directory;
  reach: Reach;
  /** A mail can be sent to somebody whom no chat reaches. */
  canMail: boolean;
  tools: ToolDesk;
  policy: Policy;
  cards: ApprovalCards;
  stepUp: StepUp;
  /** Screens edited values; a reason, for operators, means that they may not pass. */
  screen: (text: string, tenantId: string) => Promise<string | undefined>;
  /**
   * Told after each write that left an effect, so that it need not wait for the next sweep; with `moreFollows` when the next
   * write is about to come, so that one rewriting of the cards is enough.
   */
  poke: (tenantId: string, approvalId: string, effect?: Effect, moreFollows?: boolean) => void;
  /** Runs a piece of work after the click was answered; faults are logged by it. */
  later: (work: () => Promise<void>) => void;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Names this process in leases. */
  owner: string;
  /** At least 32 bytes. */
  secret: Buffer;
  quietHours: QuietHours;
  /** IANA name, for people whose own time zone is not known; UTC without it. */
  timeZone?: string;
  /** False while the company's directory could not be read for too long: then nobody decides. */
  peopleAreFresh?: () => boolean | Promise<boolean>;
  /** How long one attempt to execute may take before another process looks after it. */
  leaseMs: number;
  /** Undo windows become this long at most; tests and demos make them short. */
  maxUndoSeconds?: number;
}

/** One directory for one piece of work of a tenant, such as a request or a click, so that each person in it is read once. */
export function withOneDirectory(context: ApprovalContext, tenantId: string): ApprovalContext {
  const directory = context.directory(tenantId);
  return { ...context, directory: () => directory };
}
