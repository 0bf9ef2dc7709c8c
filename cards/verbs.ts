/** What a click on one of our cards can mean; the value of `CardAction.verb` when it comes back. */
export const CARD_VERBS = [
  'feedback.up',
  'feedback.down',
  'ask.prompt',
  'ask.person',
  'answer.full',
  'citation.open',
  'approval.approve',
  'approval.reject',
  'approval.edit',
  'approval.save',
  'approval.delegate',
  'approval.info',
  'approval.cancel',
  'approval.undo',
  'approval.refresh',
  'form.submit',
  'form.cancel',
  'escalation.ack',
  'escalation.unack',
  'escalation.answer',
  'escalation.resume',
  'escalation.end',
  'run.stop',
  'team.start',
] as const;

export type CardVerb = (typeof CARD_VERBS)[number];
