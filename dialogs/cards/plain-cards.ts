import { cardContent, type CardInput } from '../../cards/data.js';
import { StewardError } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { COMMANDS, PROMPT_STARTERS, languageOf } from '../../manifest/commands.js';
import type { TextKey, Texts } from '../texts.js';

/** Greets a newcomer with what to try, and an administrator also with what is theirs to do. */
export function welcomeContent(texts: Texts, locale: string, isAdmin: boolean): OutboundContent {
  const own = isAdmin ? ` ${texts.text('welcome.admin', locale)}` : '';
  const text = `${texts.text('welcome.text', locale)}${own}`;
  return {
    text: `**${texts.text('welcome.title', locale)}.** ${text}`,
    card: cardContent('welcome', {
      locale,
      title: texts.text('welcome.title', locale),
      text,
      promptsTitle: texts.text('welcome.prompts', locale),
      prompts: promptStarters(locale),
      note: texts.text('welcome.note', locale),
    }),
  };
}

/** Lists the commands, from the same list as the channels' own menus. */
export function helpContent(texts: Texts, locale: string): OutboundContent {
  const language = languageOf(locale);
  const commands = COMMANDS.map(({ title, description }) => ({
    title: title[language],
    description: description[language],
    prompt: title[language],
  }));
  const text = texts.text('help.text', locale);
  return {
    text: [text, ...commands.map(({ title, description }) => `- **${title}**: ${description}`)].join('\n'),
    card: cardContent('help', {
      locale,
      title: texts.text('help.title', locale),
      text,
      commands,
      promptsTitle: texts.text('help.prompts', locale),
      prompts: promptStarters(locale).slice(0, 3),
    }),
  };
}

/** Prompts that a newcomer can click, in the reader's language. */
export function promptStarters(locale: string): { title: string; prompt: string }[] {
  const language = languageOf(locale);
  return PROMPT_STARTERS.map(({ prompt }) => ({ title: prompt[language], prompt: prompt[language] }));
}

/** What a person reads when something failed: what happened, what to do, and a reference for support. */
export function errorContent(
  texts: Texts,
  locale: string,
  error: unknown,
  correlationId: string,
): OutboundContent {
  const key = error instanceof StewardError ? error.userText : 'error.unexpected';
  const text = texts.text(key, locale);
  const whatToDo = texts.text(key.replace('error.', 'error-help.') as TextKey, locale);
  const correlation = texts.text('error.reference', locale, { id: correlationId });
  return {
    text: `${text} ${whatToDo} (${correlation})`,
    card: cardContent('error', {
      locale,
      title: texts.text('error.title', locale),
      text,
      whatToDo,
      correlation,
    }),
  };
}

const MINUTE_MS = 60_000;

/** Says when a person who asked too often may go on. */
export function rateLimitedContent(
  texts: Texts,
  locale: string,
  retryAt: Date,
  timeZone?: string,
): OutboundContent {
  // A time is told in whole minutes: too early would be wrong again.
  const at = new Date(Math.ceil(retryAt.getTime() / MINUTE_MS) * MINUTE_MS);
  const text = texts.text('limit.text', locale, { time: texts.moment(at, at, locale, timeZone) });
  return noticeContent(locale, { title: texts.text('limit.title', locale), text, tone: 'warning' });
}

/** Says why a text was not worked with; `why` names the sentence. */
export function blockedContent(
  texts: Texts,
  locale: string,
  why: 'input' | 'secret' | 'output' | 'review',
  correlationId: string,
): OutboundContent {
  return noticeContent(locale, {
    title: texts.text('blocked.title', locale),
    text: texts.text(`blocked.${why}`, locale),
    tone: 'warning',
    footer: texts.text('error.reference', locale, { id: correlationId }),
  });
}

/** A plain note. */
export function noticeContent(locale: string, notice: Omit<CardInput<'notice'>, 'locale'>): OutboundContent {
  const title = notice.title === undefined ? '' : `**${notice.title}.** `;
  return { text: `${title}${notice.text}`, card: cardContent('notice', { locale, ...notice }) };
}

/** What is being done, step by step, with a button to stop it. */
export function progressContent(
  texts: Texts,
  locale: string,
  steps: CardInput<'progress'>['steps'],
  stoppable?: { reference: JsonObject },
): OutboundContent {
  const title = texts.text('progress.title', locale);
  return {
    text: [title, ...steps.map(({ text }) => `- ${text}`)].join('\n'),
    card: cardContent('progress', {
      locale,
      title,
      steps,
      ...(stoppable && { stop: texts.text('progress.stop', locale), reference: stoppable.reference }),
    }),
  };
}
