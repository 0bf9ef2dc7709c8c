import { afterEach, describe, expect, it } from '@jest/globals';
import { emailOf, type Shown } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startMailServer } from '../support/mail-server.js';
import { startSlackChat } from '../support/slack-chat.js';

type Chat = Awaited<ReturnType<typeof startSlackChat>>;

let people: Chat;
afterEach(() => people.close(), 30_000);

const ASK = 'please raise a laptop request for Priya, 16 inch, cost centre 4711';

const start = async (env: NodeJS.ProcessEnv = {}): Promise<void> => {
  people = await startSlackChat({ handbook: false, env: { STEWARD_RATE_LIMITS: '0', ...env } });
};
const seen = (who: string, words: string): Promise<Shown> => {
  let found: Shown | undefined;
  return eventually(() => {
    found = people.shown(who).find((each) => each.words.includes(words));
    expect(found?.words ?? people.shown(who).map((each) => each.words)).toContain(words);
  }).then(() => found as Shown);
};
const callsOf = (method: string): number =>
  people.slack.calls.filter((call) => call.method === method).length;

/** Nobody in the workspace is found by mail, as long as it lasts. */
const nobodyIsFound = (error: string, more: object = {}): void =>
  people.slack.fail({ method: 'users.lookupByEmail', error, times: 50, ...more });

describe('people who never wrote to Steward in Slack', () => {
  it('get the card to decide, and decide on it', async () => {
    await start();
    await people.say('priya', ASK);
    const card = await seen('max', 'approval.approve');
    await people.press('max', card, 'approval.approve');
    await seen('priya', 'T-');
    expect(people.slack.messages.filter(({ channel }) => channel === 'D0MAX')).toHaveLength(1);
    expect((await seen('priya', 'Priya')).words).not.toContain('No chat with me yet');
  });

  it('are looked up once: the conversation is kept, and is the one in which they write', async () => {
    await start();
    await people.say('priya', ASK);
    await seen('max', 'approval.approve');
    const before = callsOf('conversations.open');
    await people.say('max', 'what waits for me');
    await people.say('priya', ASK.replace('4711', '4712'));
    await seen('max', '4712');
    expect(callsOf('conversations.open')).toBe(before);
    expect(
      people.slack.messages.filter(({ channel, text }) => channel === 'D0MAX' && text.includes('4711'))
        .length,
    ).toBeLessThanOrEqual(2); // the card, and the list that was asked for
  });

  it('are called to a conversation when somebody wants a person', async () => {
    await start();
    await people.say('priya', 'I want to talk to a person');
    const card = await seen('tom', 'escalation.ack');
    await seen('priya', 'I have called');
    await people.press('tom', card, 'escalation.ack');
    await seen('priya', 'Tom Okafor takes care of it');
  });

  it('get a mail where the workspace does not know them, and the asker is told', async () => {
    const mail = await startMailServer();
    await start(mail.env);
    nobodyIsFound('users_not_found');
    await people.say('priya', ASK);
    await seen('priya', 'Max Weber, Tom Okafor and Zoe Martin: told by e-mail');
    await people.later(1_000);
    await eventually(() => expect(mail.mails.join()).toContain(`To: ${emailOf('max')}`), 15_000);
    await mail.close();
  }, 60_000);

  it('see what waits as soon as they write, and the asker’s card no longer says otherwise', async () => {
    await start();
    nobodyIsFound('users_not_found');
    await people.say('priya', ASK);
    await seen('priya', 'please tell them');
    await people.say('max', 'hello');
    await seen('max', 'approval.approve');
    await seen('priya', 'Tom Okafor and Zoe Martin: they see it once they write to me');
    await people.say('tom', 'hello');
    await people.say('zoe', 'hello');
    await eventually(() =>
      expect(people.shown('priya').filter(({ words }) => words.includes('please tell them'))).toHaveLength(0),
    );
  });

  it('are said not to be reached whatever Slack’s reason is, and get the card once they write', async () => {
    await start();
    const whenSlackSays = async (who: string, method: string, fault: object): Promise<void> => {
      people.slack.fail({ method, times: 50, ...fault });
      await people.say(who, 'I want to talk to a person');
      await seen(who, 'no chat with me yet');
      people.slack.clearFaults();
    };
    await whenSlackSays('priya', 'users.lookupByEmail', { error: 'missing_scope' });
    await whenSlackSays('sam', 'conversations.open', { error: 'cannot_dm_bot' });
    await whenSlackSays('ana', 'users.lookupByEmail', { error: 'ratelimited', status: 429, retryAfter: 30 });
    await people.say('tom', 'hello');
    await seen('tom', 'escalation.ack');
    await eventually(() =>
      ['priya', 'sam', 'ana'].forEach((who) =>
        expect(
          people
            .shown(who)
            .map(({ words }) => words)
            .join(),
        ).toContain('I have called Tom Okafor'),
      ),
    );
  }, 30_000);

  it('are never found by an address that the workspace has not confirmed', async () => {
    await start();
    people.slack.setUser('U0MAX', { name: 'max', email: emailOf('max'), confirmed: false });
    await people.say('priya', ASK);
    await seen('priya', 'Max Weber: sees it after writing to me');
    await seen('tom', 'approval.approve');
    expect(people.shown('max')).toHaveLength(0);
  });
});
