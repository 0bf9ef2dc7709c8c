import { expect, it } from '@jest/globals';
import type { BudgetNotice } from '../core/gateway/budget.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Effect } from '../core/kernel/effect.js';
import { createTexts } from '../dialogs/texts.js';
import { testClock } from '../tests/fakes/test-clock.js';
import { createBudgetNotices } from './budget-notices.js';

const nobody = {
  get: () => Promise.resolve(undefined),
  byRole: () => Promise.resolve([]),
} as unknown as PeopleRepository;
const notice = (tenantId: string, limit: number): BudgetNotice => ({
  kind: 'warning',
  tenantId,
  line: { scope: 'person', key: 'person:priya:2026-11-28', limit, until: new Date('2026-11-29') },
  spent: 80,
  origin: { tenantId, personId: 'priya', correlationId: 'c', purpose: 'answer' },
});

it('has one name for one limit of one organisation, whatever people are called elsewhere', async () => {
  const posted: string[] = [];
  const tell = createBudgetNotices({
    people: () => nobody,
    texts: createTexts(),
    post: (_tenantId, { id }: Pick<Effect, 'id'>) => Promise.resolve(void posted.push(id)),
    clock: testClock(),
  });
  await tell(notice('acme', 100));
  await tell(notice('acme', 100));
  await tell(notice('globex', 100));
  await tell(notice('acme', 200));
  expect(posted[1]).toBe(posted[0]);
  expect(new Set(posted).size).toBe(3);
});
