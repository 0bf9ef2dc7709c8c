import type { PassageView } from '../../adapters/web/index.js';
import type { Activity } from '../../core/kernel/activity.js';
import type { Citation } from '../../core/kernel/answer.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { SAMPLE_PEOPLE, type WebChatHost, type WebChatScript } from './web-chat-host.js';

const QUOTE = 'Every parent receives 16 weeks of paid leave per child, to be taken in up to three parts.';
const CITATIONS: Citation[] = [
  {
    number: 1,
    passageId: 'p1',
    documentId: 'leave',
    path: 'people/parental-leave.md',
    title: 'Parental leave',
    headings: ['How much'],
    quote: QUOTE,
  },
  {
    number: 2,
    passageId: 'p2',
    documentId: 'leave',
    path: 'people/parental-leave.md',
    title: 'Parental leave',
    headings: ['Planning'],
    quote: 'Tell your manager at least eight weeks before your leave begins.',
  },
];

export const PASSAGES: PassageView[] = [
  {
    documentId: 'leave',
    passageId: 'p1',
    path: 'people/parental-leave.md',
    title: 'Parental leave',
    headings: ['How much'],
    text: `${QUOTE} The parts may lie anywhere within the first two years.\n\nLeave is paid at full salary.`,
    neighbours: [
      {
        passageId: 'p0',
        place: 'before',
        headings: ['Who'],
        text: 'This page is for everybody who becomes a parent, by birth or by adoption.',
      },
      {
        passageId: 'p2',
        place: 'after',
        headings: ['Planning'],
        text: 'Tell your manager at least eight weeks before your leave begins.',
      },
    ],
  },
];

const ANSWER =
  'You get **16 weeks** of paid parental leave for each child [1]. It can be taken in up to three parts, and you should tell your manager **eight weeks** before it starts [2].';

const answer: OutboundContent = {
  text: ANSWER,
  card: {
    template: 'answer',
    data: {
      locale: 'en',
      text: ANSWER,
      citations: CITATIONS.map(({ number, title, headings, quote }) => ({
        number,
        title,
        place: headings.join(' › '),
        quote,
      })),
      labels: {
        sources: 'Sources',
        ai: 'AI-generated. Check the sources.',
        confidence: 'Confidence: high',
        helpful: 'Helpful',
        notHelpful: 'Not helpful',
        reason: 'What was wrong?',
        reasonPlaceholder: 'Optional',
        send: 'Send',
      },
      tone: 'good',
      full: { title: 'Open the full text' },
      reference: { answerId: 'answer-1' },
    } as unknown as JsonObject,
  },
  citations: CITATIONS,
  aiGenerated: true,
  feedbackFor: 'answer-1',
  suggestions: ['Does it count for adoption?', 'Who approves my leave?'],
};

const welcome = (name: string): OutboundContent => ({
  text: `Hello ${name}`,
  card: {
    template: 'welcome',
    data: {
      locale: 'en',
      title: `Hello ${name}, I am Steward`,
      text: 'I answer from your company’s documents and show where it says so.',
      promptsTitle: 'Try one of these',
      prompts: ['How many days of parental leave do I get?', 'What is the hotel limit?'].map((prompt) => ({
        title: prompt,
        prompt,
      })),
      note: 'Answers are made by a machine. Check the sources.',
    },
  },
});

const failure: OutboundContent = {
  text: 'That did not work.',
  card: {
    template: 'error',
    data: {
      locale: 'en',
      title: 'That did not work',
      text: 'The document search does not answer at the moment.',
      whatToDo: 'Try again in a minute.',
      correlation: 'Reference: 01jd8xk2v7',
    },
  },
};

/** A bot for the chat page's tests: it greets, answers one question with a card and sources, and fails on request. */
export function scriptedBot(): WebChatScript {
  return {
    passages: PASSAGES,
    onActivity: async (activity, host) => {
      if (activity.kind === 'members-added') {
        const person = SAMPLE_PEOPLE.find(({ accountId }) => accountId === activity.from.accountId);
        await host.say(activity, welcome(person?.name.split(' ')[0] ?? 'there'));
      } else if (activity.kind === 'card-action') {
        await host.say(activity, { text: `You pressed ${activity.action?.verb}.` });
      } else if (activity.kind === 'message') {
        await reply(activity, host);
      }
    },
  };
}

async function reply(activity: Activity, host: WebChatHost): Promise<void> {
  if (/parental leave/i.test(activity.text)) return streamed(activity, host, answer);
  if (/break/i.test(activity.text)) return void (await host.say(activity, failure));
  await host.say(activity, { text: `**${activity.from.name}** said: ${activity.text}` });
}

async function streamed(activity: Activity, host: WebChatHost, content: OutboundContent): Promise<void> {
  const live = host.port.startLive(activity.conversation, activity.activityId);
  live.status('Searching the handbook…');
  live.append('You get **16 weeks** of paid');
  await live.finish({
    id: `live-${activity.activityId}`,
    conversation: activity.conversation,
    kind: 'post',
    content,
    replyToActivityId: activity.activityId,
  });
}
