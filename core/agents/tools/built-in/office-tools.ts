import { z } from 'zod';
import type { ConversationReference } from '../../../kernel/conversation-reference.js';
import { defineTool, type AnyTool, type ToolContext } from '../tool.js';

/** Something to be said at a time. */
export interface Reminder {
  id: string;
  personId: string;
  text: string;
  conversation: ConversationReference;
  dueAt: Date;
  createdAt: Date;
  state?: 'pending' | 'given' | 'cancelled';
}

/** Reminders of one tenant. Implemented by `storage/mongo/reminder-repository.ts`. */
export interface ReminderRepository {
  /** The same id makes one reminder. */
  create(reminder: Reminder): Promise<void>;
  /** Takes a reminder back. @returns false when it was said already or is not there. */
  cancel(id: string): Promise<boolean>;
}

/** What a person does with the reminders they have, in one tenant. Implemented by `storage/mongo/reminder-repository.ts`. */
export interface OwnReminders {
  /** Soonest first. */
  pendingOf(personId: string): Promise<Reminder[]>;
  /** @returns it as it stands then; undefined when it was said already or is not theirs. */
  cancelOwn(id: string, personId: string): Promise<Reminder | undefined>;
  /** Sets one again whose time is still to come. @returns it as it stands then. */
  restore(id: string, personId: string, now: Date): Promise<Reminder | undefined>;
}

/** A piece of knowledge that waits for an editor. */
export interface ArticleDraft {
  id: string;
  title: string;
  markdown: string;
  authorId: string;
}

/** Where drafts of one tenant wait for their review. Implemented by `bot/compose-articles.ts`. */
export interface ArticleDrafts {
  /** The same id makes one draft. */
  create(draft: ArticleDraft): Promise<void>;
  /** @returns false when it is published or gone. */
  remove(id: string): Promise<boolean>;
}

/** What was announced, for the record. Implemented by `storage/mongo/announcement-repository.ts`. */
export interface AnnouncementRepository {
  create(announcement: {
    id: string;
    text: string;
    requesterId: string;
    conversation: ConversationReference;
    at: Date;
  }): Promise<void>;
}

export interface OfficeToolsOptions {
  reminders: (tenantId: string) => ReminderRepository;
  drafts: (tenantId: string) => ArticleDrafts;
  announcements: (tenantId: string) => AnnouncementRepository;
  /** A channel that Steward is a member of, by its name; near the conversation that is asked from where there are several. */
  findChannel: (tenantId: string, name: string, origin: ConversationReference) => Promise<FoundChannel>;
}

/** `unknown`: the place that would know does not answer. */
export type FoundChannel =
  { kind: 'one'; conversation: ConversationReference } | { kind: 'none' | 'several' | 'unknown' };

const MISSING: Record<'none' | 'several' | 'unknown', (channel: string) => string> = {
  none: (channel) => `I am not a member of a channel named ${channel}.`,
  several: (channel) =>
    `There are several channels named ${channel}. Ask in the one that is meant, and leave the name out.`,
  unknown: () => 'The other side does not answer. Please try again later.',
};

/** Announcements, reminders and drafts of knowledge articles. */
export function officeTools(options: OfficeToolsOptions): AnyTool[] {
  return [postAnnouncement(options), createReminder(options), draftArticle(options)];
}

/** "#general", and "announce in general: …" where what follows tells that it names a place. */
const CHANNEL = [
  '(?:(?:in|to|on|im|an|dans|en)\\s+)?(?:the |den |dem |le |el )?(?:channel |kanal |canal )?#([\\p{L}\\p{N}_-]+)',
  // "in the general channel", "dans le canal général"
  '(?<![\\p{L}])(?:in|into|to|on|im|an)\\s+(?:the |our |den |dem |unserem )?(?!(?:the|this|our|den|dem|diesem|every|all)(?![\\p{L}]))([\\p{L}\\p{N}_-]{2,80})[ -](?:channel|kanal)(?![\\p{L}])',
  '(?<![\\p{L}])(?:dans|sur|en)\\s+(?:le |el )?canal (?:de )?([\\p{L}\\p{N}_-]{2,80})(?![\\p{L}])',
  '(?<![\\p{L}])(?:announce|announcement|kündige|ankündigung|annonce|anuncia|anuncie|anuncio)\\s+(?:in|to|on|im|dans|sur|en)\\s+' +
    '(?:the |den |dem |le |el )?(?!(?:the|all|everyone|everybody|staff|allen?|alle|tous|toutes|todos|todas)(?![\\p{L}]))' +
    '(?:["“„«]\\s?([^"”“»:]{1,80}?)\\s?["”“»]|([\\p{L}\\p{N}_-]{2,80}))(?=\\s*(?::|$|that(?![\\p{L}])|an(?![\\p{L}])|,?\\s?dass|que(?![\\p{L}])))',
  '([\\p{L}\\p{N}_-]{2,80}?)(?:チャンネル)?(?:で|に)(?=(?:告知|発表|アナウンス|お知らせ))',
].join('|');

function postAnnouncement({ announcements, findChannel }: OfficeToolsOptions): AnyTool {
  return defineTool({
    name: 'announcement.post',
    title: 'Post an announcement',
    description: 'Posts a text to a channel in the name of the person who asked.',
    synonyms: [
      'announce',
      'create announcement',
      'send announcement',
      'tell everyone',
      'send message channel',
      'send channel',
    ],
    parameters: z.strictObject({
      text: z
        .string('Write what to announce.')
        .trim()
        .min(3, 'Write what to announce.')
        .max(4000)
        .meta({ title: 'Text', 'x-kind': 'main', 'x-multiline': true }),
      channel: z
        .string()
        .trim()
        .max(100)
        .default('here')
        .meta({
          title: 'Channel',
          description: 'The name of a channel, or "here".',
          'x-pattern': CHANNEL,
          'x-synonyms': ['in channel', 'in the channel', 'channel', 'kanal', 'canal'],
        }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ text, channel }) => `Announce ${channel === 'here' ? 'here' : `in ${channel}`}: ${text}`,
    async examine({ channel }, { tenantId, origin }): Promise<Record<string, string>> {
      if (channel === 'here') return {};
      const found = await findChannel(tenantId, channel, origin);
      // What cannot be looked up now is looked up when it is posted.
      const { kind } = found;
      return kind === 'one' || kind === 'unknown' ? {} : { channel: MISSING[kind](channel) };
    },
    async execute({ text, channel }, context) {
      const found =
        channel === 'here'
          ? { kind: 'one' as const, conversation: context.origin }
          : await findChannel(context.tenantId, channel, context.origin);
      if (found.kind !== 'one') return { ok: false, reason: MISSING[found.kind](channel) };
      const { conversation } = found;
      const { idempotencyKey: id, requester, now } = context;
      await announcements(context.tenantId).create({
        id,
        text,
        requesterId: requester.id,
        conversation,
        at: now,
      });
      const message = {
        id: `${id}:announce`,
        conversation,
        kind: 'post' as const,
        content: { text: `**${requester.name}:** ${text}` },
      };
      return {
        ok: true,
        summary: `It was announced ${channel === 'here' ? 'here' : `in ${channel}`}.`,
        messages: [message],
      };
    },
  });
}

function createReminder({ reminders }: OfficeToolsOptions): AnyTool {
  return defineTool({
    name: 'reminder.create',
    title: 'Set a reminder',
    description: 'Reminds the person who asks of something at a time, in this conversation.',
    synonyms: ['remind', 'create reminder', 'update reminder', 'send reminder'],
    parameters: z.strictObject({
      text: z
        .string('Write what to remind you of.')
        .trim()
        .min(2, 'Write what to remind you of.')
        .max(1000)
        .meta({ title: 'What', 'x-kind': 'main' }),
      at: z.iso
        .datetime({ error: 'Say when, for example "tomorrow at 9".', offset: true })
        .meta({ title: 'When', format: 'date-time', 'x-kind': 'time', 'x-future': true }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ text, at }) => `Remind of "${text}" at ${at}`,
    async execute({ text, at }, context) {
      const dueAt = new Date(at);
      if (dueAt <= context.now) return { ok: false, reason: 'That time is already over.' };
      const { idempotencyKey: id, requester, origin, now } = context;
      await reminders(context.tenantId).create({
        id,
        personId: requester.id,
        text,
        conversation: origin,
        dueAt,
        createdAt: now,
      });
      return { ok: true, summary: `I will remind you: ${text}`, data: { at } };
    },
    undo: async (_parameters, _done, context) =>
      (await reminders(context.tenantId).cancel(firstKey(context)))
        ? { ok: true, summary: 'The reminder was taken back.' }
        : { ok: false, reason: 'The reminder was already given.' },
  });
}

function draftArticle({ drafts }: OfficeToolsOptions): AnyTool {
  return defineTool({
    name: 'article.draft',
    title: 'Draft a knowledge article',
    description: 'Keeps a text as a draft for the knowledge base; an editor publishes it.',
    synonyms: ['draft article', 'create article'],
    parameters: z.strictObject({
      title: z
        .string('Give it a title.')
        .trim()
        .min(3, 'Give it a title.')
        .max(140)
        .meta({
          title: 'Title',
          'x-kind': 'main',
          'x-long': 'clause',
          'x-synonyms': [
            'titled',
            'called',
            'about',
            'titel',
            'titre',
            'intitulé',
            'titulado',
            'über',
            'sobre',
          ],
        }),
      markdown: z
        .string('Write the text.')
        .trim()
        .min(10, 'Write at least a sentence.')
        .max(50_000)
        .meta({
          title: 'Text',
          'x-kind': 'body',
          'x-multiline': true,
          'x-long': 'rest',
          'x-synonyms': ['text', 'texte', 'texto'],
        }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ title }) => `Keep the draft "${title}"`,
    async execute({ title, markdown }, { tenantId, idempotencyKey: id, requester }) {
      await drafts(tenantId).create({
        id,
        title,
        markdown,
        authorId: requester.id,
      });
      return { ok: true, summary: `The draft "${title}" waits for an editor.`, data: { draftId: id } };
    },
    undo: async (_parameters, _done, context) =>
      (await drafts(context.tenantId).remove(firstKey(context)))
        ? { ok: true, summary: 'The draft was removed.' }
        : { ok: false, reason: 'The draft is no longer there.' },
  });
}

/** The key of the use that is being undone. */
const firstKey = ({ idempotencyKey }: ToolContext): string => idempotencyKey.replace(/:undo$/, '');
