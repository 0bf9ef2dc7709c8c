import type { OutboundContent } from '../kernel/outbound-message.js';
import type { Approval } from './approval.js';

/** For whom an approval is shown. */
export interface ApprovalView {
  audience: 'approver' | 'requester';
  /** The one reader, where there is one. */
  personId?: string;
  locale: string;
  /** IANA name, where it is known. */
  timeZone?: string;
  /** Bound to this revision; absent where nothing can be decided. */
  token?: string;
  now: Date;
}

/** A plain mail. */
export interface MailContent {
  subject: string;
  text: string;
}

/** How approvals look and sound. Implemented by `dialogs/approvals/approval-content.ts`. */
export interface ApprovalCards {
  /** The card for the approval's present state. */
  card(approval: Approval, view: ApprovalView): OutboundContent;
  /** A line that something still waits; it carries no buttons. */
  reminder(approval: Approval, view: ApprovalView): OutboundContent;
  /** Asks those who approved to look whether something happened that was interrupted. */
  handedOver(approval: Approval, view: ApprovalView): OutboundContent;
  /** Tells whoever asked to be relieved what came of it. */
  handOverAnswered(approval: Approval, name: string, accepted: boolean, locale: string): OutboundContent;
  /** For somebody without a chat: where to decide. It holds no parameters and no link that decides. */
  mail(approval: Approval, reader: Pick<ApprovalView, 'locale' | 'timeZone'>): MailContent;
  /** What waits for one person, for the daily digest. */
  digest(approvals: Approval[], view: ApprovalView): OutboundContent;
}
