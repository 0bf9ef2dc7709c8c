import type { Approval, ApprovalState } from '../../core/approvals/approval.js';
import { APPROVAL_STATES } from '../../core/approvals/approval.js';
import type { ApprovalRepository, ApprovalSweeps } from '../../core/approvals/approval-repository.js';
import type { Effect } from '../../core/kernel/effect.js';
import { digest } from '../../core/kernel/json.js';

/** Approvals in a Map, for state-machine tests that try thousands of interleavings; every access can be delayed. */
export interface MemoryApprovals extends ApprovalRepository {
  records: Map<string, Approval>;
  /** All effects ever written, in the order of the writes. */
  effects: Effect[];
  sweeps: ApprovalSweeps;
}

export function memoryApprovals(
  pause: (what: string) => Promise<void> = () => Promise.resolve(),
): MemoryApprovals {
  const records = new Map<string, Approval>();
  const keys = new Map<string, string>();
  const effects: Effect[] = [];
  const all = (): Approval[] => [...records.values()].map((record) => structuredClone(record));
  const pending = (): Approval[] => all().filter(({ state }) => state === 'pending');
  return {
    records,
    effects,
    async insert(approval, requestKey, effect) {
      await pause('insert');
      const known = keys.get(requestKey);
      if (known) return structuredClone(records.get(known) as Approval);
      keys.set(requestKey, approval.id);
      records.set(approval.id, structuredClone(approval));
      effects.push(effect);
      return approval;
    },
    async get(id) {
      await pause('get');
      return structuredClone(records.get(id));
    },
    async replace(previous, next, effect) {
      await pause('replace');
      const stored = records.get(previous.id);
      if (!stored || stored.version !== previous.version) return false;
      if (previous.decision === null && stored.decision !== null) return false;
      records.set(next.id, structuredClone(next));
      effects.push(structuredClone(effect));
      return true;
    },
    waitingFor: (personId) =>
      Promise.resolve(pending().filter(({ approvers }) => approvers.some(({ id }) => id === personId))),
    requestedBy: (personId) => Promise.resolve(all().filter(({ requester }) => requester.id === personId)),
    pending: () => Promise.resolve(pending()),
    newest: (fits) => Promise.resolve(all().reverse().find(fits)),
    pendingTwin: (requesterId, tool, parametersDigest) =>
      Promise.resolve(
        pending().find(
          (each) =>
            each.requester.id === requesterId &&
            each.tool.name === tool &&
            digest(each.parameters) === parametersDigest,
        ),
      ),
    sweeps: {
      due: (now) =>
        Promise.resolve(
          all()
            .filter(({ dueAt }) => dueAt && dueAt <= now)
            .map(({ tenantId, id }) => ({ tenantId, id })),
        ),
      health: (now, graceMs) => {
        const counts = Object.fromEntries(APPROVAL_STATES.map((state) => [state, 0])) as Record<
          ApprovalState,
          number
        >;
        for (const { state } of records.values()) counts[state] += 1;
        const forgotten = all().filter(
          ({ state, dueAt }) =>
            ['pending', 'approved', 'executing'].includes(state) &&
            (!dueAt || dueAt.getTime() < now.getTime() - graceMs),
        ).length;
        return Promise.resolve({ counts, forgotten });
      },
      tenantsWithPending: () => Promise.resolve([...new Set(pending().map(({ tenantId }) => tenantId))]),
    },
  };
}
