import type { Effect } from '../kernel/effect.js';
import type { Approval, ApprovalState } from './approval.js';

/** Approvals of one tenant. Implemented by `storage/mongo/approval-repository.ts`. */
export interface ApprovalRepository {
  /**
   * Stores a new approval with its effect in one write.
   * @param requestKey names the piece of work that asked; the same key opens one approval only.
   * @returns the approval that stands under the key: this one, or the one opened before.
   */
  insert(approval: Approval, requestKey: string, effect: Effect): Promise<Approval>;
  get(id: string): Promise<Approval | undefined>;
  /**
   * The one write that decides every race: stores `next` and adds its effect when the stored version is still that of
   * `previous`, and, while `previous` is undecided, when no decision stands there.
   * @returns false when somebody else was first.
   */
  replace(previous: Approval, next: Approval, effect: Effect): Promise<boolean>;
  /** Pending ones that the person may decide, the most urgent first. */
  waitingFor(personId: string, limit?: number): Promise<Approval[]>;
  /** The person's own requests, newest first. */
  requestedBy(personId: string, limit?: number): Promise<Approval[]>;
  pending(limit?: number): Promise<Approval[]>;
  /** The newest that fits, among a thousand and more. */
  newest(fits: (approval: Approval) => boolean): Promise<Approval | undefined>;
  /** A pending request of the same person for the same tool with the same parameters. */
  pendingTwin(requesterId: string, tool: string, parametersDigest: string): Promise<Approval | undefined>;
}

/** Sweeps over all tenants, for jobs. */
export interface ApprovalSweeps {
  /** Approvals whose `dueAt` has come, the longest due first. */
  due(now: Date, limit: number): Promise<{ tenantId: string; id: string }[]>;
  /** How many stand in each state, and how many unfinished ones nobody will look at (no `dueAt`, or long past). */
  health(now: Date, graceMs: number): Promise<{ counts: Record<ApprovalState, number>; forgotten: number }>;
  tenantsWithPending(): Promise<string[]>;
}
