export interface ApprovalCardOptions {
  /** IANA zone of the times on cards. */
  timeZone?: string;
}
