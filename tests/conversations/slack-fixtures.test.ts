import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../core/kernel/package-root.js';
import { startSlack, type Outgoing, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { slackFixture } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const FOLDER = shippedFile('tests', 'fixtures', 'slack');
const FORM_FIELDS = new Set(['slash_command', 'ssl_check']);
const PAYLOAD = /^(?:block_|shortcut_|view_)/;

/** What a fixture leads to: words that somebody sees, a call of Slack, or (without either) nothing at all. */
interface Outcome {
  body?: unknown;
  sees?: string;
  /** Where it is seen; anywhere when left out. */
  where?: string;
  calls?: string;
}

const UNKNOWN: Outcome = { sees: 'I do not know this button' };

/** Each payload of Slack that we have, and what a person would expect of it. */
const OUTCOMES: Record<string, Outcome> = {
  url_verification: { body: { challenge: 'a-challenge-to-echo' } },
  ssl_check: {},
  event_message_dm: { sees: '80 days of paid parental leave', where: 'D0EMPDM001' },
  event_message_assistant_thread: { sees: '', where: 'D0EMPDM001' },
  event_message_agent_view: { sees: '', where: 'D0EMPDM001' },
  event_message_enterprise_install: { sees: '', where: 'D0EMPDM001' },
  event_app_mention: { sees: 'Train first', where: 'C0PROCURE1' },
  event_message_for_same_mention: {}, // the mention's twin
  event_message_thread_reply: { sees: '', where: 'D0EMPDM001' },
  event_message_channel: {}, // people talk to each other
  event_message_slack_connect: {},
  event_bot_own_message: {},
  event_message_changed: {},
  event_message_changed_by_unfurl: {},
  event_message_deleted: {},
  event_file_share: { sees: 'You may not add documents', where: 'D0EMPDM001' },
  event_reaction_added: {},
  event_link_shared: {},
  event_member_joined_channel: { sees: '', where: 'C0PROCURE1' },
  event_app_home_opened: { calls: 'views.publish' },
  event_app_home_opened_messages: { calls: 'assistant.threads.setSuggestedPrompts' },
  event_assistant_thread_started: { calls: 'assistant.threads.setSuggestedPrompts' },
  event_assistant_thread_context_changed: {},
  event_agent_session_stopped: {},
  event_app_rate_limited: {},
  event_tokens_revoked: {},
  event_app_uninstalled: {},
  slash_command: { sees: '', where: 'C0PROCURE1' },
  shortcut_message: { sees: '', where: 'D0EMPLOYE1' },
  shortcut_global: { calls: 'views.open' },
  // Buttons of a card that is none of ours: whoever pressed one is told.
  block_actions_button: UNKNOWN,
  block_actions_button_double_click: UNKNOWN,
  block_actions_static_select: {},
  block_actions_ephemeral: UNKNOWN,
  block_actions_feedback_buttons: UNKNOWN,
  block_actions_in_modal: UNKNOWN,
  view_submission: {},
  view_closed: {},
  block_suggestion: { body: { options: [] } },
};

describe('Every kind of payload that Slack sends, through the real endpoint', () => {
  let slack: SlackFake;
  let running: RunningSteward;
  beforeAll(async () => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' } });
    slack.setUser('U0EMPLOYE1', { name: 'Priya Nair', email: 'priya@example.com' });
    running = await startSteward({
      env: {
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_API_URL: slack.apiUrl,
        STEWARD_RATE_LIMITS: '0',
      },
    });
    // A question about public pages alone is answered surely once their meaning is known.
    await (await running.steward.knowledge.of('home')).vectorsReady();
  }, 120_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  const send = (body: Outgoing) => slack.send(`${running.url}/slack/events`, body);
  const sendFixture = (name: string) => {
    const content = slackFixture(name);
    if (FORM_FIELDS.has(name)) return send({ form: content as Record<string, string> });
    return PAYLOAD.test(name) ? send({ payload: content }) : send({ event: content });
  };
  const seen = () => slack.messages.length + slack.responses.length;

  /** Everything that was taken has had its turn, and what it says was sent. */
  const settle = async (): Promise<void> => {
    const { inbox, outcomes } = running.steward.turns;
    await eventually(async () => {
      expect(await inbox.waiting()).toBe(0);
      expect(await outcomes.undelivered()).toBe(0);
    }, 8_000);
  };

  it('has an expectation for each of them', () => {
    const names = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    expect(Object.keys(OUTCOMES).sort()).toEqual(names.map((file) => file.slice(0, -5)).sort());
  });

  it.each(Object.entries(OUTCOMES))('%s', async (name, { body, sees, where, calls }) => {
    const messages = slack.messages.length;
    const before = seen();
    const callsBefore = slack.calls.length;
    const answer = await sendFixture(name);
    expect(answer.status).toBe(200);
    if (body !== undefined && name !== 'url_verification') expect(answer.body).toEqual(body);
    if (name === 'url_verification') expect(answer.body).toEqual({ challenge: slackFixture(name).challenge });
    if (sees !== undefined) {
      await eventually(() => {
        const found = slack.messages
          .slice(messages)
          .filter(({ channel }) => where === undefined || channel === where);
        expect(JSON.stringify(found)).toContain(sees);
        expect(found.length).toBeGreaterThan(0);
      }, 8_000);
      await settle();
    } else {
      await settle();
      expect(seen()).toBe(before);
    }
    if (calls) {
      await eventually(() =>
        expect(slack.calls.slice(callsBefore).map(({ method }) => method)).toContain(calls),
      );
    }
  });

  it('takes a command as it goes over the wire', async () => {
    const raw = readFileSync(`${FOLDER}/slash_command.form`);
    const answer = await send({ raw, contentType: 'application/x-www-form-urlencoded' });
    expect(answer.status).toBe(200);
  });

  it('wrote nothing that Slack would have refused', () => expect(slack.complaints).toEqual([]));
});
