import type { ConversationReference } from '../../kernel/conversation-reference.js';

export interface Milestone {
  /** 1, 2, 3 …: how people name it. */
  number: number;
  text: string;
  /** The end of its day. */
  due: Date;
  owner?: { id: string; name: string };
  state: 'open' | 'done' | 'dropped';
  /** True once everybody was told that it is late; moving it begins anew. */
  isToldLate?: boolean;
}

/** A goal split into milestones, and the card that shows how it goes. */
export interface Plan {
  id: string;
  tenantId: string;
  title: string;
  goal: string;
  requesterId: string;
  /** Where its card stands. */
  conversation: ConversationReference;
  locale: string;
  milestones: Milestone[];
  /** False once it was closed; nobody is told of its delays any more. */
  isOpen: boolean;
  /** Counts the changes; a change is made to the version that was read. */
  version: number;
  createdAt: Date;
}

/** Plans of one tenant. Implemented by `storage/mongo/plan-repository.ts`. */
export interface PlanRepository {
  /** The same id makes one plan. */
  create(plan: Omit<Plan, 'tenantId'>): Promise<void>;
  get(id: string): Promise<Plan | undefined>;
  /** The newest open plan of a conversation. */
  latest(conversation: ConversationReference): Promise<Plan | undefined>;
  /** Writes the plan if nobody changed it since. @returns it as it stands then, or undefined when somebody did. */
  replace(plan: Plan): Promise<Plan | undefined>;
}

export type PlanChange =
  | { kind: 'done' | 'drop' | 'reopen'; number: number }
  | { kind: 'move'; number: number; due: Date }
  | { kind: 'assign'; number: number; owner: { id: string; name: string } }
  | { kind: 'close' };

/** The plan with one change made; undefined when it has no such milestone. */
export function changed(plan: Plan, change: PlanChange): Plan | undefined {
  if (change.kind === 'close') return { ...plan, isOpen: false };
  if (!plan.milestones.some(({ number }) => number === change.number)) return undefined;
  const milestones = plan.milestones.map((milestone): Milestone => {
    if (milestone.number !== change.number) return milestone;
    switch (change.kind) {
      case 'done':
        return { ...milestone, state: 'done' };
      case 'drop':
        return { ...milestone, state: 'dropped' };
      case 'reopen':
        return { ...milestone, state: 'open' };
      case 'move':
        return { ...milestone, due: endOfDay(change.due), isToldLate: false };
      default:
        return { ...milestone, owner: change.owner };
    }
  });
  return { ...plan, milestones };
}

/** Milestones that are late and of which nobody was told. */
export function newlyLate({ milestones, isOpen }: Plan, now: Date): Milestone[] {
  if (!isOpen) return [];
  return milestones.filter(({ state, due, isToldLate }) => state === 'open' && due < now && !isToldLate);
}

/** A day that was named is kept until it is over. */
export function endOfDay(day: Date): Date {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 23, 59, 59));
}
