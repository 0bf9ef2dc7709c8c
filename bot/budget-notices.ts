import type { BudgetNotice } from '../core/gateway/budget.js';
import type { PeopleRepository, PersonRecord } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import { FACTS_PURPOSE } from '../core/knowledge/graph/model-facts.js';
import type { Effect } from '../core/kernel/effect.js';
import { budgetContent } from '../dialogs/cards/work-cards.js';
import type { Texts } from '../dialogs/texts.js';

export interface BudgetNoticesOptions {
  people(tenantId: string): PeopleRepository;
  texts: Texts;
  post(tenantId: string, effect: Pick<Effect, 'id' | 'messages' | 'audit'>): Promise<void>;
  clock: Clock;
}

/** Tells the person whose budget it is, and the administrators, that it runs low or is used up. */
export function createBudgetNotices({ people, texts, post, clock }: BudgetNoticesOptions) {
  return async ({ kind, tenantId, line, spent, origin }: BudgetNotice): Promise<void> => {
    const owner = origin.personId ? await people(tenantId).get(origin.personId) : undefined;
    // The day's budget of the graph is there to be used up; nobody need be told, and the job goes on the next day.
    const isGraph = origin.purpose === FACTS_PURPOSE && line.scope === 'session';
    const admins = isGraph ? [] : await people(tenantId).byRole('admin');
    const readers = new Map([...(owner ? [owner] : []), ...admins].map((person) => [person.id, person]));
    // told once for each tenant's budget, and anew when its limit was changed
    const id = `budget:${tenantId}:${line.key}:${line.limit}:${kind}`;
    const content = (person: PersonRecord) =>
      budgetContent(
        texts,
        {
          scope: texts.text(`budget.scope-${line.scope}`, person.locale ?? 'en', { name: owner?.name ?? '' }),
          usedMicroUsd: spent,
          limitMicroUsd: line.limit,
          until: line.until,
        },
        { locale: person.locale ?? 'en', now: clock.now() },
      );
    await post(tenantId, {
      id,
      messages: [...readers.values()].flatMap((person) => {
        const conversation = person.conversations.find(({ scope: kindOf }) => kindOf === 'personal');
        return conversation
          ? [{ id: `${id}:${person.id}`, conversation, kind: 'post' as const, content: content(person) }]
          : [];
      }),
      audit: [
        {
          action: kind === 'stopped' ? 'budget-stop' : 'budget-warn',
          actor: { kind: 'system', id: 'gateway' },
          resource: `budget:${line.key}`,
          after: { spentMicroUsd: spent, limitMicroUsd: line.limit },
          correlationId: origin.correlationId,
          at: clock.now(),
        },
      ],
    });
  };
}
