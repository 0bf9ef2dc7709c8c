import { teamsActivity } from './teams-activity.js';
import { buttonOf } from './teams-people.js';
import {
  organisationFile,
  createMovableClock,
  runJobsNow,
  type ChatPeople,
  type Shown,
  wordsOf,
} from './chat-people.js';
import { startSteward, type StartOptions } from './start-steward.js';

type Json = Record<string, unknown>;

/** The company in personal chats of Teams. */
export async function startTeamsChat(options: StartOptions = {}): Promise<ChatPeople> {
  const organisation = organisationFile();
  const clock = createMovableClock();
  const running = await startSteward({
    clock,
    ...options,
    env: { STEWARD_ORG_FILE: organisation.path, ...options.env },
  });
  const told = new Map<string, string[]>();
  const forms = new Map<string, Shown>();
  let counter = 0;

  const activityOf = (who: string, more: Json): Json =>
    teamsActivity(who, { id: `activity-${(counter += 1)}`, ...more });

  /** Messages with the newest of their updates in their place. */
  const shown = (who: string): Shown[] => {
    const newest = new Map<string, Shown>();
    for (const { conversationId, id, activity } of running.connector.messages()) {
      if (conversationId !== `a:${who}`) continue;
      newest.set(id ?? `typing-${newest.size}`, {
        words: wordsOf(activity),
        handle: { id, activity },
      });
    }
    return [...newest.values()];
  };

  const streamed = (who: string) =>
    running.connector.sent.filter(
      ({ conversationId, activity }) =>
        conversationId === `a:${who}` &&
        activity.type === 'typing' &&
        JSON.stringify(activity.entities ?? '').includes('streaminfo'),
    );

  return {
    channel: 'teams',
    running,
    say: async (who, text, { twice = false } = {}) => {
      const activity = activityOf(who, { type: 'message', text });
      await running.teams(activity);
      if (twice) await running.teams(activity);
    },
    shown,
    statesOf: ({ handle }) =>
      running.connector
        .messages()
        .filter(({ id }) => id === (handle as { id?: string }).id)
        .map(({ activity }) => JSON.stringify(activity)),
    growing: (who) =>
      streamed(who).map(({ activity }) => (typeof activity.text === 'string' ? activity.text : '')),
    pressStop: async (who) => {
      const info = streamed(who).at(-1)?.activity.channelData as { streamId?: string } | undefined;
      running.connector.cancelStream(info?.streamId ?? '');
    },
    told: (who) => told.get(who) ?? [],
    form: (who) => forms.get(who),
    press: async (who, { handle }, verb, inputs = {}) => {
      const { id, activity } = handle as { id?: string; activity: unknown };
      const { data } = buttonOf(activity, verb);
      const value = {
        action: { type: 'Action.Execute', verb, data: { ...data, ...inputs } },
        trigger: 'manual',
      };
      const { body } = await running.teams(
        activityOf(who, { type: 'invoke', name: 'adaptiveCard/action', value, replyToId: id }),
      );
      const words = JSON.stringify(body);
      told.set(who, [...(told.get(who) ?? []), words]);
      if (words.includes('"Input.')) forms.set(who, { words, handle: { activity: body } });
    },
    thumbDown: async (who, { handle }, reason) => {
      const actionValue = { reaction: 'dislike', feedback: JSON.stringify({ feedbackText: reason }) };
      await running.teams(
        activityOf(who, {
          type: 'invoke',
          name: 'message/submitAction',
          replyToId: (handle as { id?: string }).id,
          value: { actionName: 'feedback', actionValue },
        }),
      );
    },
    later: async (ms, { withJobs = true } = {}) => {
      clock.move(ms);
      if (withJobs) await runJobsNow(running);
    },
    close: async () => {
      await running.close();
      organisation.remove();
    },
  };
}
