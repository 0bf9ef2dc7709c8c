import type { Approval } from '../../core/approvals/approval.js';

export interface ApprovalCardOptions {
  /** IANA zone of the times on cards. */
  timeZone?: string;
  /** People to whom an approver can hand the decision. */
  delegates?(approval: Approval): { id: string; name: string }[];
  /** Channel ids whose clients may ask for their own view of a shared card. */
  refreshIds?(approval: Approval): string[];
}
