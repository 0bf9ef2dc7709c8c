import type { CardInput } from '../../cards/data.js';
import { escapeMarkdown } from '../../cards/escape-markdown.js';
import { mayDo } from '../../core/governance/permissions.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Texts } from '../texts.js';

/** Files of one message that were read into the knowledge base. */
export interface ReceivedFiles {
  /** Of the card that shows them. */
  copyKey: string;
  documentIds: string[];
  names: string[];
}

/** What was done with a person's files last. */
export type FileState = 'received' | 'received-shared' | 'shared' | 'unshared' | 'removed';

export const fileCopyKey = (turnId: string): string => `file:${turnId}`;

/** Says how files stand, with what their sender can do about it. */
export function fileContent(
  texts: Texts,
  { locale, person }: Pick<Turn, 'locale' | 'person'>,
  files: ReceivedFiles,
  state: FileState,
): OutboundContent {
  const names = files.names.map((each) => escapeMarkdown(each));
  const [first = ''] = names;
  const name = texts.list(names, locale);
  const say = (key: 'shared' | 'unshared' | 'removed'): string => texts.text(`file.${key}`, locale, { name });
  const received = texts.text('file.received', locale, { count: files.names.length, name: first });
  const said = {
    received: () => `${received} ${texts.text('file.only-you', locale)}`,
    'received-shared': () => `${received} ${say('shared')}`,
    shared: () => say('shared'),
    unshared: () => say('unshared'),
    removed: () => say('removed'),
  };
  const button = (
    verb: 'share' | 'unshare' | 'remove',
  ): NonNullable<CardInput<'notice'>['actions']>[number] => ({
    title: texts.text(`file.${verb}`, locale),
    verb: `file.${verb}`,
    data: { ...files },
    style: verb === 'remove' ? 'destructive' : 'default',
  });
  const mayPublish = mayDo(person, 'knowledge:publish');
  const isShared = state === 'shared' || state === 'received-shared';
  const actions =
    state === 'removed'
      ? []
      : [...(mayPublish ? [button(isShared ? 'unshare' : 'share')] : []), button('remove')];
  return noticeContent(locale, { text: said[state](), actions });
}
