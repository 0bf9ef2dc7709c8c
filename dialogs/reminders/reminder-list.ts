import { cardContent, type CardInput } from '../../cards/data.js';
import type { Reminder } from '../../core/agents/tools/built-in/office-tools.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Texts } from '../texts.js';

export interface ReminderReader {
  locale: string;
  now: Date;
  timeZone?: string;
}

const MOST_ITEMS = 15;

/**
 * A person's reminders, each with a button that takes it back.
 * @param title in place of the list's own, where only some are shown.
 */
export function reminderListContent(
  texts: Texts,
  reminders: readonly Reminder[],
  { locale, now, timeZone }: ReminderReader,
  title = texts.text('reminders.title', locale),
): OutboundContent {
  const empty = texts.text('reminders.empty', locale);
  const items = reminders.slice(0, MOST_ITEMS).map((reminder, place): Item => {
    const isOff = reminder.state === 'cancelled';
    return {
      title: `${place + 1}. ${reminder.text}`,
      meta: texts.moment(reminder.dueAt, now, locale, timeZone),
      badge: {
        text: texts.text(isOff ? 'approval.state-cancelled' : 'approval.state-pending', locale),
        tone: isOff ? 'default' : 'accent',
      },
      actions: [
        isOff
          ? { title: texts.text('approval.undo', locale), verb: 'reminder.restore' }
          : { title: texts.text('approval.cancel', locale), verb: 'reminder.cancel', style: 'destructive' },
      ],
      reference: { reminderId: reminder.id },
    };
  });
  const hidden = reminders.length - items.length;
  return {
    text:
      items.length === 0
        ? `**${title}.** ${empty}`
        : [`**${title}**`, ...items.map((item) => `- ${item.title} (${item.meta})`)].join('\n'),
    card: cardContent('my-requests', {
      locale,
      title,
      empty,
      items,
      ...(hidden > 0 && { more: texts.text('list.more', locale, { count: hidden }) }),
    }),
  };
}

type Item = CardInput<'my-requests'>['items'][number];
