import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../core/kernel/package-root.js';
import { emailOf, type ChatPeople } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { startSlackChat } from '../support/slack-chat.js';
import { teamsActivity } from '../support/teams-activity.js';

/** The shipped policies, with an approval rule for laptops that takes decisions from sure accounts alone. */
function strictPolicies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'steward-policies-'));
  cpSync(shippedFile('samples', 'policies'), folder, { recursive: true });
  const file = join(folder, 'approvals.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      '- name: manager-or-approver',
      '- name: manager-or-approver\n    verifiedAccount: true',
    ),
  );
  return folder;
}

describe('Linking a Slack account to a person, with proof', () => {
  const folder = strictPolicies();
  let mail: MailServer;
  let people: Awaited<ReturnType<typeof startSlackChat>>;
  beforeAll(async () => {
    mail = await startMailServer();
    people = await startSlackChat({
      handbook: false,
      env: {
        STEWARD_RATE_LIMITS: '0',
        STEWARD_POLICIES: folder,
        ...mail.env,
      },
    });
    for (const who of ['priya', 'max', 'tom']) await say(who, 'help', 'What I can do');
  }, 60_000);
  afterAll(async () => {
    await people.close();
    await mail.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  const sees = async (who: string, ...words: string[]) => {
    let found: ReturnType<ChatPeople['shown']>[number] | undefined;
    await eventually(() => {
      found = people.shown(who).findLast(({ words: shown }) => words.every((word) => shown.includes(word)));
      if (!found) throw new Error(`${who} does not see ${words.join(' + ')}.`);
    }, 8_000);
    return found as NonNullable<typeof found>;
  };
  const say = async (who: string, text: string, ...words: string[]) => {
    const before = people.shown(who).length;
    await people.say(who, text);
    await eventually(() => {
      const said = people
        .shown(who)
        .slice(before)
        .map((shown) => shown.words)
        .join('\n');
      for (const word of words) expect(said).toContain(word);
    }, 8_000);
  };

  let counter = 0;
  /** Somebody in Teams, where the company's directory vouches for them. */
  const inTeams = async (who: string, text: string, words: string): Promise<string> => {
    await people.running.teams(
      teamsActivity(who, { type: 'message', text, id: `activity-${(counter += 1)}` }),
    );
    let said = '';
    await eventually(() => {
      said = JSON.stringify(people.running.connector.messages().map(({ activity }) => activity));
      expect(said).toContain(words);
    }, 8_000);
    return said;
  };
  const asked = async (costCentre: string) => {
    await people.say('priya', `please raise a laptop request for Lee, 16 inch, cost centre ${costCentre}`);
    return sees('max', `cost centre ${costCentre}`, 'approval.approve');
  };
  const audited = async (action: string) => {
    const found: { actor: unknown; after?: unknown; before?: unknown }[] = [];
    for await (const { event } of people.running.steward.audit.read('home', { action })) found.push(event);
    return found;
  };

  it('tells who one is, and how surely', async () => {
    await say('max', 'who am I?', 'Max Weber', 'by its mail address');
    await say('max', 'link account', 'Microsoft Teams', 'mail you a code');
  });

  it.each(['link WRONGCODE', 'link 7KQ2M-XR4', 'link 7kq2mxr4td9', 'Link: 7KQ2M XR4T', '/link nonsense'])(
    'says of “%s” that the code is not good and how to get another, and searches nothing',
    async (text) => {
      await say('tom', text, 'That code is not good', 'Ask for a new one with “link account”');
      expect(await audited('question-answer')).toEqual([]);
    },
  );

  it('takes “link” with other words for a question', async () => {
    for (const text of ['link iphone 15 to outlook', 'link aggregation', 'link to the travel policy'])
      await say('tom', text);
    await eventually(async () => expect(await audited('question-answer')).toHaveLength(3));
  });

  it('is asked for where an approval takes sure accounts only, and nothing is decided', async () => {
    const card = await asked('3001');
    await people.press('max', card, 'approval.approve');
    await eventually(() => expect(people.told('max').join()).toContain('an account that is surely yours'));
    expect((await audited('approval-decide')).length).toBe(0);
    await eventually(async () =>
      expect(await audited('approval-refuse')).toMatchObject([{ after: { refusal: 'weak-account' } }]),
    );
  });

  it('takes a code from Teams once, within ten minutes, and warns where the person was known', async () => {
    const said = await inTeams('max', 'link account', 'Your code');
    const [code = ''] = /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(said) ?? [];
    await say('tom', 'link 00000-00000', 'That code is not good');
    await say('max', `link ${code.toLowerCase().replace('-', ' ')}`, 'with this account you are Max Weber');
    await inTeams('max', 'help', 'was just linked to you');
    await say('tom', `link ${code}`, 'That code is not good');
    await say('max', 'who am i', 'surely yours');
    await eventually(async () =>
      expect(await audited('account-link')).toMatchObject([
        { after: { person: 'max', channel: 'slack', strength: 'verified' }, before: { strength: 'email' } },
      ]),
    );
  });

  it('lets the decision count, and the audit says how surely it was theirs', async () => {
    await people.press('max', await sees('max', 'cost centre 3001', 'approval.approve'), 'approval.approve');
    await sees('priya', 'cost centre 3001', 'T-');
    await eventually(async () =>
      expect(await audited('approval-decide')).toMatchObject([
        { actor: { kind: 'person', id: 'max', strength: 'verified' } },
      ]),
    );
  });

  it('takes a code from the mailbox for the account that asked, and for no other', async () => {
    await say('tom', `link ${emailOf('tom')}`, 'If somebody here has that address');
    // A slow Slack may have had others told of an approval by mail; a mail with a code says nothing but that.
    const codes = (): string[] =>
      mail.mails.filter((each) => each.includes('Subject: Your code for Steward'));
    await eventually(() => expect(codes()).toHaveLength(1), 8_000);
    expect(codes()[0]).toContain(`To: ${emailOf('tom')}`);
    expect(codes()[0]).not.toContain('Waiting for your decision');
    const [code = ''] = /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(codes()[0] ?? '') ?? [];
    await say('priya', `link ${code}`, 'That code is not good');
    await say('tom', `link ${code}`, 'with this account you are Tom Okafor');
    await say('tom', 'link nobody@example.com', 'If somebody here has that address');
    expect(codes()).toHaveLength(1);
  });

  it('is taken back by a word, after which the account is as weak as before', async () => {
    await say('tom', 'unlink', 'is taken back');
    await say('tom', 'who am i', 'by its mail address');
    await say('tom', 'unlink', 'no link to take back');
  });
});
