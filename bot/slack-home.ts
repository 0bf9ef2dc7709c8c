import type { HomeButton, HomeContent } from '../adapters/slack/index.js';
import type { ApprovalService } from '../core/approvals/service.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Person } from '../core/kernel/person.js';
import type { Texts } from '../dialogs/texts.js';
import { languageOf, PROMPT_STARTERS } from '../manifest/commands.js';
import type { AnswerLog } from '../storage/mongo/answers.js';
import { HOME_TENANT } from './tenants.js';

export interface SlackHomeOptions {
  approvals: Pick<ApprovalService, 'waitingFor' | 'requestedBy'>;
  answers(tenantId: string): AnswerLog;
  people(tenantId: string): Pick<PeopleRepository, 'byRole'>;
  /** No setting names people or a directory. */
  isUnnamed: boolean;
  texts: Texts;
  clock: Clock;
}

const MOST_ITEMS = 5;

/** What a person's Home tab shows: what waits for them, what they asked for, what they were told last. */
export function createSlackHome({ approvals, answers, people, isUnnamed, texts, clock }: SlackHomeOptions) {
  return async (tenantId: string, person: Person): Promise<HomeContent> => {
    const locale = person.locale ?? 'en';
    const now = clock.now();
    const language = languageOf(locale);
    const [waiting, mine, recent, isUnled] = await Promise.all([
      approvals.waitingFor(tenantId, person.id),
      approvals.requestedBy(tenantId, person.id),
      answers(tenantId).ofPerson(person.id, MOST_ITEMS),
      // A workspace that added the app has whoever did as its administrator.
      isUnnamed && tenantId === HOME_TENANT
        ? people(tenantId)
            .byRole('admin')
            .then(({ length }) => length === 0)
        : false,
    ]);
    const note = isUnled ? `\n\n${texts.text('welcome.no-admin', locale)}` : '';
    const items = (list: typeof waiting): HomeContent['sections'][number]['items'] =>
      list.slice(0, MOST_ITEMS).map((approval) => ({
        title: texts.tools.summary(approval, locale, person.timeZone),
        state: texts.text(`approval.state-${approval.state}`, locale),
        detail: texts.moment(approval.createdAt, now, locale, person.timeZone),
      }));
    const openOf = (approval: (typeof waiting)[number] | undefined): { open?: HomeButton } =>
      approval
        ? {
            open: {
              title: texts.text('waiting.open', locale),
              verb: 'approval.refresh',
              data: { approvalId: approval.id },
            },
          }
        : {};
    const more = (list: typeof waiting): { more?: string } => {
      const count = list.length - MOST_ITEMS;
      return count > 0 ? { more: texts.text('list.more', locale, { count }) } : {};
    };
    return {
      title: texts.text('welcome.title', locale),
      text: `${texts.text('welcome.text', locale)}${note}`,
      promptsTitle: texts.text('welcome.prompts', locale),
      prompts: PROMPT_STARTERS.map(({ title, prompt }) => ({
        title: title[language],
        prompt: prompt[language],
      })),
      sections: [
        {
          title: texts.text('waiting.title', locale),
          empty: texts.text('waiting.empty', locale),
          items: items(waiting).map((item, index) => ({ ...item, ...openOf(waiting[index]) })),
          ...more(waiting),
        },
        {
          title: texts.text('requests.title', locale),
          empty: texts.text('requests.empty', locale),
          items: items(mine),
          ...more(mine),
        },
        {
          title: texts.text('home.answers', locale),
          empty: texts.text('home.empty', locale),
          items: recent.map(({ question, answered, at }) => ({
            title: question,
            detail: texts.moment(at, now, locale, person.timeZone),
            ...(answered ? {} : { state: texts.text('home.unanswered', locale) }),
          })),
        },
      ],
    };
  };
}
