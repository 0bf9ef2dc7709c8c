import { z } from 'zod';
import type { OwnReminders, Reminder } from '../../core/agents/tools/built-in/office-tools.js';
import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import { recogniseCommand } from '../recognise-command.js';
import { tellClicker } from '../tell-clicker.js';
import type { Texts } from '../texts.js';
import { readReminderCommand, type ReminderCommand } from './read-reminder-command.js';
import { reminderListContent } from './reminder-list.js';

export interface RemindersDependencies {
  reminders: (tenantId: string) => OwnReminders;
  texts: Texts;
  clock: Clock;
  /** IANA name, for people whose own zone is not known; UTC without it. */
  timeZone?: string;
}

const clickSchema = z.object({ reminderId: z.string().min(1).max(200) });

/** Shows what a person is to be reminded of, and takes it back: by a button or in words. */
export function remindersDialog(deps: RemindersDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed, action, text } = turn.activity;
    if (kind === 'card-action' && (action?.verb === 'reminder.cancel' || action?.verb === 'reminder.restore'))
      return answerClick(turn, deps, action.verb === 'reminder.cancel');
    if (kind !== 'message' || !addressed) return false;
    const command = readReminderCommand(text) ?? fromTitle(text);
    if (!command) return false;
    const mine = await visible(turn, deps);
    if (command.kind === 'list') turn.reply(list(turn, deps, mine));
    else await cancelNamed(turn, deps, command.what, mine);
    return true;
  };
}

function fromTitle(text: string): ReminderCommand | undefined {
  const recognised = recogniseCommand(text);
  return recognised?.name === 'reminders' && recognised.exact ? { kind: 'list' } : undefined;
}

/** In a shared conversation only what was set there: the rest is nobody else's business. */
async function visible(turn: Turn, { reminders }: RemindersDependencies): Promise<Reminder[]> {
  const mine = await reminders(turn.tenant.id).pendingOf(turn.person.id);
  if (turn.conversation.scope === 'personal') return mine;
  const here = conversationKey(turn.conversation);
  return mine.filter(({ conversation }) => conversationKey(conversation) === here);
}

async function cancelNamed(
  turn: Turn,
  deps: RemindersDependencies,
  what: string,
  mine: Reminder[],
): Promise<void> {
  const meant = named(mine, what);
  const [only] = meant;
  if (!only) {
    const text = deps.texts.text(mine.length > 0 ? 'reminders.none-such' : 'reminders.empty', turn.locale);
    turn.reply(mine.length > 0 ? list(turn, deps, mine, text) : noticeContent(turn.locale, { text }));
    return;
  }
  if (meant.length > 1) {
    turn.reply(list(turn, deps, meant, deps.texts.text('reminders.which', turn.locale)));
    return;
  }
  const changed = await change(turn, deps, only.id, true);
  if (changed) turn.reply(list(turn, deps, [changed], deps.texts.text('reminders.cancelled', turn.locale)));
  else turn.reply(noticeContent(turn.locale, { text: deps.texts.text('reminders.given', turn.locale) }));
}

/** By the number of the list, else by all of its words. */
function named(mine: Reminder[], what: string): Reminder[] {
  const byNumber = /^#?\d{1,2}$/.test(what) ? mine[Number(what.replace('#', '')) - 1] : undefined;
  if (byNumber) return [byNumber];
  const words = what.toLowerCase().split(/\s+/).filter(Boolean);
  return mine.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
}

/** The list as it stands afterwards, with what was just taken back and a way to have it again. */
async function answerClick(turn: Turn, deps: RemindersDependencies, isCancel: boolean): Promise<boolean> {
  const click = clickSchema.safeParse(turn.activity.action?.data);
  const changed = click.success ? await change(turn, deps, click.data.reminderId, isCancel) : undefined;
  if (!changed) {
    tellClicker(turn, deps.texts.text('reminders.given', turn.locale));
    return true;
  }
  const others = (await visible(turn, deps)).filter(({ id }) => id !== changed.id);
  const all = [...others, changed].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  const content = list(turn, deps, all);
  if (turn.activity.expectsResponse) turn.respond({ kind: 'card', content });
  else turn.reply(content);
  return true;
}

/** @returns the reminder as it stands now; undefined when it was given, is over, or is somebody else's. */
async function change(
  turn: Turn,
  { reminders, clock }: RemindersDependencies,
  id: string,
  isCancel: boolean,
): Promise<Reminder | undefined> {
  const repository = reminders(turn.tenant.id);
  const changed = isCancel
    ? await repository.cancelOwn(id, turn.person.id)
    : await repository.restore(id, turn.person.id, clock.now());
  if (changed)
    turn.audit({ action: isCancel ? 'reminder-cancel' : 'reminder-restore', resource: `reminder:${id}` });
  return changed;
}

function list(
  turn: Turn,
  { texts, clock, timeZone }: RemindersDependencies,
  reminders: Reminder[],
  title?: string,
): OutboundContent {
  const reader = {
    locale: turn.locale,
    now: clock.now(),
    timeZone: turn.person.timeZone ?? timeZone,
  };
  return reminderListContent(texts, reminders, reader, title);
}
