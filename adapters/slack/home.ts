import { escapeMrkdwn } from '../../cards/block-kit/mrkdwn.js';
import { mrkdwn, plain, section } from '../../cards/block-kit/texts.js';
import type { SlackBlock } from '../../cards/block-kit/types.js';
import { SLACK_LIMITS } from '../../cards/slack-limits.js';
import { personalWith } from './interactions.js';
import type { HomeButton, HomeContent, SlackAdapterOptions } from './options.js';
import { accountOf, type SlackOrigin } from './place.js';
import type { SlackWebApi } from './web-api.js';

/** The app's own tab: what a person asked for, what waits for them, what they were told. */
export interface Home {
  show(origin: SlackOrigin, userId: string): Promise<void>;
}

export function createHome(api: SlackWebApi, content: SlackAdapterOptions['home']): Home {
  return {
    show: async (origin, userId) => {
      const accountId = accountOf(userId, undefined, origin);
      const home = await content?.({ accountId }, personalWith(userId, accountId, origin));
      if (!home) return;
      await api.call(origin, 'views.publish', {
        user_id: userId,
        view: { type: 'home', blocks: homeBlocks(home) },
      });
    },
  };
}

const MAX_ITEMS = 8;
/** A Home tab takes as much as a modal: three lists of eight lines and their details, in any script. */
const MAX_LINE = 600;

/** Sections in their order; each as long as a Home tab can show without being scrolled for ever. */
export function homeBlocks({ title, text, sections, promptsTitle, prompts }: HomeContent): SlackBlock[] {
  return [
    { type: 'header', text: plain(title.slice(0, SLACK_LIMITS.header)) },
    section(short(escapeMrkdwn(text), MAX_LINE)),
    ...(prompts.length > 0 ? [section(`*${escapeMrkdwn(promptsTitle)}*`), promptRow(prompts)] : []),
    ...sections.flatMap(({ title: heading, empty, items, more }): SlackBlock[] => [
      { type: 'divider' },
      { type: 'header', text: plain(heading.slice(0, SLACK_LIMITS.header)) },
      ...(items.length === 0 ? [section(`_${short(escapeMrkdwn(empty), MAX_LINE)}_`)] : []),
      ...items.slice(0, MAX_ITEMS).flatMap((item, index): SlackBlock[] => [
        {
          ...section(`*${short(escapeMrkdwn(item.title), MAX_LINE)}*`),
          ...(item.open ? { accessory: openButton(item.open, index) } : {}),
        },
        { type: 'context', elements: [mrkdwn(short(lineOf(item), MAX_LINE))] },
      ]),
      ...(more ? [section(short(escapeMrkdwn(more), MAX_LINE))] : []),
    ]),
  ].slice(0, SLACK_LIMITS.viewBlocks) as SlackBlock[];
}

const lineOf = ({ state, detail }: { state?: string; detail: string }): string =>
  [state, detail]
    .filter((part): part is string => part !== undefined && part.trim() !== '')
    .map(escapeMrkdwn)
    .join(' · ') || '–';

const openButton = ({ title, verb, data }: HomeButton, index: number): SlackBlock => ({
  type: 'button',
  action_id: `act:${verb}:h${index}`,
  text: plain(title.slice(0, SLACK_LIMITS.buttonText)),
  value: JSON.stringify({ v: verb, d: data }),
});

function promptRow(prompts: HomeContent['prompts']): SlackBlock {
  return {
    type: 'actions',
    elements: prompts.slice(0, 5).map(({ title, prompt }, index) => ({
      type: 'button',
      action_id: `act:ask.prompt:h${index}`,
      text: plain(title.slice(0, SLACK_LIMITS.buttonText)),
      value: JSON.stringify({ v: 'ask.prompt', d: { prompt } }),
    })),
  };
}

const short = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/&[a-z]{0,3}$|[\ud800-\udbff]$/, '')}…`;
