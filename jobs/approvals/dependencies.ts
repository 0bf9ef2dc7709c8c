import type { Reminder } from '../../core/agents/tools/built-in/office-tools.js';
import type { ApprovalSweeps } from '../../core/approvals/approval-repository.js';
import type { ApprovalContext } from '../../core/approvals/context.js';
import type { EscalationService, EscalationSweeps } from '../../core/approvals/escalation-service.js';
import type { NotificationRepository } from '../../core/approvals/notify/notification.js';
import type { ApprovalService } from '../../core/approvals/service.js';
import type { PeopleRefresh } from '../../core/governance/identity/refresh-people.js';
import type { Effect } from '../../core/kernel/effect.js';

/** What the jobs around approvals lean on; made by `bot/compose-approvals.ts`. */
export interface ApprovalJobsDependencies {
  context: Pick<
    ApprovalContext,
    'approvals' | 'directory' | 'cards' | 'clock' | 'logger' | 'metrics' | 'timeZone'
  >;
  approvals: ApprovalService;
  approvalSweeps: ApprovalSweeps;
  escalations: EscalationService;
  escalationSweeps: EscalationSweeps;
  reminders: {
    give(
      now: Date,
      limit: number,
      effectOf: (reminder: Reminder) => Effect,
    ): Promise<{ tenantId: string; id: string }[]>;
  };
  /** What was ordered and where it stands. */
  notifications: Pick<NotificationRepository, 'health'>;
  /** Sends due notifications; how many were sent. */
  deliverNotifications: () => Promise<number>;
  /** Puts messages of nobody's document into the outbox; the same effect id twice is once. */
  outbox: (tenantId: string, effect: Effect) => Promise<void>;
  /** Told of documents that left effects. */
  poke: (tenantId: string, documentId: string) => void;
  /** How a reminder sounds. */
  reminderText: (reminder: Reminder) => string;
  /** Directories to read anew; none when people come from channels alone. */
  peopleRefreshes: readonly PeopleRefresh[];
}
