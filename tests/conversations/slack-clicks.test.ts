import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { SlackModal } from '../../cards/block-kit/types.js';
import { lintModal } from '../../cards/slack-limits.js';
import type { Activity } from '../../core/kernel/activity.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { ActionResponse, OutboundContent } from '../../core/kernel/outbound-message.js';
import type { PostedMessage } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { slackFixture, startSlackHost, type SlackHost } from '../support/slack-host.js';

type Json = Record<string, unknown>;

const sample = (name: string): JsonObject =>
  JSON.parse(readFileSync(shippedFile('cards', 'samples', `${name}.json`), 'utf8')) as JsonObject;
const content = (template: string, name = template): OutboundContent => ({
  text: 'A card',
  card: { template, data: sample(name) },
});

describe('Clicks and modals', () => {
  let host: SlackHost;
  let answer: (activity: Activity) => ActionResponse | Promise<ActionResponse>;
  let clicks = 0;

  beforeAll(async () => {
    host = await startSlackHost({ onResponse: (activity) => answer(activity) }, { respondWithinMs: 300 });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    answer = () => ({ kind: 'none' });
    host.slack.responses.length = 0;
  });

  const conversation = {
    channel: 'slack' as const,
    channelTenantId: 'T0ACME0001',
    conversationId: 'D0APPRDM01',
    scope: 'personal' as const,
    accountId: 'U0APPROVE1',
  };

  async function posted(what: OutboundContent): Promise<PostedMessage> {
    const count = host.slack.messages.length;
    await host.adapter.port.deliver({ id: `m${count}`, kind: 'post', conversation, content: what });
    return host.slack.messages[count] as PostedMessage;
  }

  const elementsOf = ({ blocks }: { blocks: unknown }): Json[] =>
    (blocks as Json[]).flatMap(({ elements }) => (elements as Json[] | undefined) ?? []);
  const elementWith = (message: { blocks: unknown }, id: RegExp): Json => {
    const found = elementsOf(message).find(({ action_id }) => id.test(String(action_id)));
    if (!found) throw new Error(`no ${id.source}: ${JSON.stringify(elementsOf(message)).slice(0, 800)}`);
    return found;
  };

  async function click(
    message: PostedMessage,
    element: Json,
    more: Json = {},
  ): ReturnType<SlackHost['send']> {
    clicks += 1;
    return host.send({
      payload: {
        ...slackFixture('block_actions_button'),
        trigger_id: host.slack.trigger(),
        response_url: host.slack.responseUrl(),
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: message.channel,
          is_ephemeral: false,
        },
        channel: { id: message.channel },
        message: { ts: message.ts },
        state: { values: {} },
        actions: [{ ...element, block_id: 'b', action_ts: `1795219500.${clicks}` }],
        ...more,
      },
    });
  }

  const lastView = (): [string, Json] => [...host.slack.views].at(-1) as [string, Json];
  async function viewAfter(count: number): Promise<[string, Json]> {
    await eventually(() => expect(host.slack.views.size).toBe(count + 1));
    return lastView();
  }
  const inputsOf = (view: Json): Json[] => (view.blocks as Json[]).filter(({ type }) => type === 'input');
  const stateWith = (view: Json, values: Record<string, Json>): Json =>
    Object.fromEntries(
      inputsOf(view).map(({ block_id, element }) => {
        const name = String((element as Json).action_id);
        return [String(block_id), { [name]: values[name] ?? { value: null } }];
      }),
    );
  const submit = (id: string, view: Json, values: Record<string, Json>): ReturnType<SlackHost['send']> =>
    host.send({
      payload: {
        ...slackFixture('view_submission'),
        view: { ...view, id, state: { values: stateWith(view, values) } },
      },
    });

  it('hands a click in with its verb, its data and the card it stood on', async () => {
    const message = await posted(content('approval-request'));
    await click(message, elementWith(message, /^act:approval\.approve/));
    expect(host.intake.taken.at(-1)).toMatchObject({
      kind: 'card-action',
      action: {
        verb: 'approval.approve',
        data: sample('approval-request').reference,
        cardActivityId: `${message.channel}:${message.ts}`,
      },
      from: { accountId: 'U0APPROVE1' },
      expectsResponse: true,
    });
  });

  it('acknowledges a click as soon as it is stored, however long its answer takes', async () => {
    const message = await posted(content('approval-request'));
    let finish = (): void => {};
    answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'message', text: 'Done at last.' });
      });
    expect((await click(message, elementWith(message, /^act:approval\.approve/))).status).toBe(200);
    expect(host.slack.responses).toEqual([]);
    finish();
    await eventually(() =>
      expect(host.slack.responses[0]).toMatchObject({ response_type: 'ephemeral', text: 'Done at last.' }),
    );
  });

  it('puts a card that answers a click in the place of the clicked one', async () => {
    const message = await posted(content('approval-request'));
    answer = () => ({ kind: 'card', content: content('approval-decided') });
    await click(message, elementWith(message, /^act:approval\.approve/));
    await eventually(() => expect(message.edits).toBe(1));
    expect(JSON.stringify(message.blocks)).not.toContain('approval.approve');
  });

  it('does not put an older card over what the click itself has caused', async () => {
    const message = await posted(content('approval-request'));
    answer = async () => {
      await host.adapter.port.deliver(
        { id: 'effect', kind: 'update', conversation, content: content('approval-result') },
        `${message.channel}:${message.ts}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { kind: 'card', content: content('approval-status') };
    };
    const before = host.slack.calls.length;
    await click(message, elementWith(message, /^act:approval\.approve/));
    await eventually(() => expect(host.slack.calls.length).toBe(before + 1));
    await host.adapter.close();
    expect(message.edits).toBe(1);
  });

  it('asks for a reason in a modal and hands it in with the click', async () => {
    const message = await posted(content('approval-request'));
    const count = host.slack.views.size;
    const taken = host.intake.taken.length;
    await click(message, elementWith(message, /^open:approval\.reject/));
    const [id, view] = await viewAfter(count);
    expect(host.intake.taken).toHaveLength(taken);
    const { status, body } = await submit(id, view, { reason: { value: 'too dear' } });
    expect({ status, body }).toEqual({ status: 200, body: {} });
    expect(host.intake.taken.at(-1)).toMatchObject({
      action: {
        verb: 'approval.reject',
        data: { reason: 'too dear' },
        cardActivityId: `${message.channel}:${message.ts}`,
      },
    });
  });

  it('shows mistakes at their fields and keeps what was typed', async () => {
    const message = await posted(content('form'));
    const count = host.slack.views.size;
    await click(message, elementWith(message, /^open:form\.submit/));
    const [id, view] = await viewAfter(count);
    answer = () => ({ kind: 'field-errors', errors: { costCentre: 'Four digits.' } });
    const { body } = await submit(id, view, { costCentre: { value: 'x' } });
    const field = inputsOf(view).find(({ element }) => (element as Json).action_id === 'costCentre');
    expect(body).toEqual({
      response_action: 'errors',
      errors: { [String(field?.block_id)]: 'Four digits.' },
    });
  });

  it('takes a modal that is sent twice once, and answers both alike; a corrected one is another', async () => {
    const message = await posted(content('form'));
    const count = host.slack.views.size;
    await click(message, elementWith(message, /^open:form\.submit/));
    const [id, view] = await viewAfter(count);
    let calls = 0;
    answer = () => {
      calls += 1;
      return { kind: 'field-errors', errors: { costCentre: 'Four digits.' } };
    };
    const same = { costCentre: { value: 'x' } };
    const [first, second] = await Promise.all([submit(id, view, same), submit(id, view, same)]);
    expect(first.body).toEqual(second.body);
    expect(calls).toBe(1);
    answer = () => ({ kind: 'none' });
    expect((await submit(id, view, { costCentre: { value: '4711' } })).body).toEqual({});
  });

  it('opens the editor of an approval as a modal before its form is made', async () => {
    const message = await posted(content('approval-request'));
    const count = host.slack.views.size;
    answer = async () => {
      await eventually(() => expect(host.slack.views.size).toBe(count + 1));
      return { kind: 'card', content: content('approval-edit') };
    };
    await click(message, elementWith(message, /^act:approval\.edit/));
    const [id] = await viewAfter(count);
    await eventually(() => expect(inputsOf(host.slack.views.get(id) as Json).length).toBeGreaterThan(0));
    const metadata = (host.slack.views.get(id) as Json).private_metadata;
    expect(JSON.parse(String(metadata))).toMatchObject({ v: 'approval.save' });
    expect(message.edits).toBe(0);
  });

  it('tells a late submission that it is still worked on, and then what came of it', async () => {
    const message = await posted(content('form'));
    const count = host.slack.views.size;
    await click(message, elementWith(message, /^open:form\.submit/));
    const [id, view] = await viewAfter(count);
    let finish = (): void => {};
    answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'message', text: 'Max Weber was asked.' });
      });
    const { body } = await submit(id, view, { costCentre: { value: '4711' } });
    expect(JSON.stringify(body)).toContain('Still working on it.');
    finish();
    await eventually(() =>
      expect(JSON.stringify(host.slack.views.get(id))).toContain('Max Weber was asked.'),
    );
  });

  it('shows what came of a late submission in the conversation where its modal was closed meanwhile', async () => {
    const message = await posted(content('form'));
    const count = host.slack.views.size;
    await click(message, elementWith(message, /^open:form\.submit/));
    const [id, view] = await viewAfter(count);
    const meaning = JSON.parse(String(view.private_metadata)) as { o: Json };
    // As a form that a command opened, which stands on no card.
    const origin = { channel: meaning.o.channel };
    let finish = (): void => {};
    answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'card', content: content('notice') });
      });
    const opened = { ...view, private_metadata: JSON.stringify({ ...meaning, o: origin }) };
    const { body } = await submit(id, opened, { costCentre: { value: '4711' } });
    expect(JSON.stringify(body)).toContain('Still working on it.');
    host.slack.views.delete(id);
    const before = host.slack.messages.length;
    finish();
    await eventually(() => expect(host.slack.messages).toHaveLength(before + 1));
    expect(host.slack.messages.at(-1)).toMatchObject({ channel: message.channel });
  });

  it.each(['chart', 'table', 'answer'])(
    'shows the card %s in a modal with what modals have',
    async (template) => {
      const message = await posted(content('form'));
      const count = host.slack.views.size;
      await click(message, elementWith(message, /^open:form\.submit/));
      const [id, view] = await viewAfter(count);
      const meaning = JSON.parse(String(view.private_metadata)) as { o: Json };
      const opened = {
        ...view,
        private_metadata: JSON.stringify({ ...meaning, o: { channel: meaning.o.channel } }),
      };
      answer = () => ({ kind: 'card', content: content(template) });
      const { body } = await submit(id, opened, { costCentre: { value: '4711' } });
      const shown = (body as { view: SlackModal }).view;
      expect(lintModal(shown)).toEqual([]);
      expect(JSON.stringify(shown.blocks).length).toBeGreaterThan(200);
    },
  );

  it('opens an editor whose value is longer than its field takes', async () => {
    const message = await posted(content('approval-request'));
    const count = host.slack.views.size;
    const form = sample('form');
    const values = { ...(form.values as JsonObject), employee: 'Priya '.repeat(40) };
    const card = { template: 'form', data: { ...form, values } } as OutboundContent['card'];
    answer = () => ({ kind: 'card', content: { text: 'A form', card } });
    await click(message, elementWith(message, /^act:approval\.edit/));
    const [viewId] = await viewAfter(count);
    await eventually(() => expect(inputsOf(host.slack.views.get(viewId) as Json).length).toBeGreaterThan(0));
    expect(lintModal(host.slack.views.get(viewId) as unknown as SlackModal)).toEqual([]);
  });

  it('shows what a click brought though the modal that it opened was closed meanwhile', async () => {
    const message = await posted(content('approval-request'));
    const count = host.slack.views.size;
    answer = async () => {
      await eventually(() => expect(host.slack.views.size).toBe(count + 1));
      host.slack.views.clear();
      return { kind: 'error', status: 403, text: 'You may not edit it.' };
    };
    await click(message, elementWith(message, /^act:approval\.edit/));
    await eventually(() => expect(JSON.stringify(host.slack.responses)).toContain('You may not edit it.'));
  });

  it.each(['expired', 'used'] as const)(
    'shows the form as a message when a trigger is %s and no modal can be opened',
    async (state) => {
      const message = await posted(content('approval-request'));
      const trigger = host.slack.trigger(state === 'expired' ? 'expired' : 'fresh');
      const reject = elementWith(message, /^open:approval\.reject/);
      if (state === 'used') {
        const count = host.slack.views.size;
        await click(message, reject, { trigger_id: trigger });
        await viewAfter(count);
      }
      await click(message, reject, { trigger_id: trigger });
      await eventually(() =>
        expect(JSON.stringify(host.slack.responses)).toContain('Fill it in here instead'),
      );
      const form = host.slack.responses.at(-1) as { blocks: Json[]; response_type: string };
      expect(form.response_type).toBe('ephemeral');
      const input = form.blocks.find(({ type }) => type === 'input') as Json;
      const name = String((input.element as Json).action_id);
      answer = () => ({ kind: 'message', text: 'Rejected.' });
      await click(message, elementWith(form, /^act:approval\.reject/), {
        container: { type: 'message', message_ts: '1.1', channel_id: message.channel, is_ephemeral: true },
        state: { values: { [String(input.block_id)]: { [name]: { value: 'Too dear.' } } } },
      });
      await eventually(() => expect(host.slack.responses.at(-1)).toMatchObject({ text: 'Rejected.' }));
      expect(host.intake.taken.at(-1)?.action).toMatchObject({
        verb: 'approval.reject',
        data: { [name]: 'Too dear.', approvalId: expect.any(String) as unknown },
      });
    },
  );

  it('shows the editor of an approval in another way when no modal opens, and that one too', async () => {
    const message = await posted(content('approval-request'));
    answer = () => ({ kind: 'card', content: content('approval-edit') });
    await click(message, elementWith(message, /^act:approval\.edit/), {
      trigger_id: host.slack.trigger('expired'),
    });
    await eventually(() => expect(JSON.stringify(message.blocks)).toContain('open:approval.save'));
    await click(message, elementWith(message, /^open:approval\.save/), {
      trigger_id: host.slack.trigger('expired'),
    });
    await eventually(() => expect(JSON.stringify(host.slack.responses)).toContain('act:approval.save'));
    expect(host.slack.complaints).toEqual([]);
  });

  it('says that the form came too late where a message has no room for it either', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 70 }, (_, index) => [`f${index}`, { type: 'string', title: `Field ${index}` }]),
    );
    const data = { ...sample('form'), schema: { type: 'object', properties }, values: {} };
    const message = await posted({ text: 'A form', card: { template: 'form', data } });
    await click(message, elementWith(message, /^open:form\.submit/), {
      trigger_id: host.slack.trigger('expired'),
    });
    await eventually(() => expect(JSON.stringify(host.slack.responses)).toContain('came too late'));
  });

  it('asks for more fields than a modal takes on several pages, and hands all of them in at once', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 130 }, (_, index) => [`f${index}`, { type: 'string', title: `Field ${index}` }]),
    );
    const data = { ...sample('form'), schema: { type: 'object', properties }, values: {} };
    const message = await posted({ text: 'A form', card: { template: 'form', data } });
    const count = host.slack.views.size;
    const taken = host.intake.taken.length;
    await click(message, elementWith(message, /^open:form\.submit/));
    const [id, first] = await viewAfter(count);
    const filled = (view: Json): Record<string, Json> =>
      Object.fromEntries(
        inputsOf(view).map(({ element }) => {
          const name = String((element as Json).action_id);
          return [name, { value: `v-${name}` }];
        }),
      );
    const reply = (await submit(id, first, filled(first))).body as Json;
    expect(reply.response_action).toBe('update');
    expect(host.intake.taken).toHaveLength(taken);
    const second = reply.view as Json;
    expect((await submit(id, second, filled(second))).body).toEqual({});
    expect(host.intake.taken).toHaveLength(taken + 1);
    const sent = host.intake.taken.at(-1)?.action?.data ?? {};
    expect(Object.keys(sent).filter((name) => /^f\d+$/.test(name))).toHaveLength(130);
    expect(sent).toMatchObject({ f0: 'v-f0', f129: 'v-f129' });
    expect(host.slack.complaints).toEqual([]);
  });

  it('shows as much of an endless answer as a modal holds, and that there is more', async () => {
    const message = await posted(content('approval-request'));
    const count = host.slack.views.size;
    answer = () => ({ kind: 'message', text: 'ΩΩΩΩ more. '.repeat(12_000) });
    await click(message, elementWith(message, /^act:approval\.edit/));
    await eventually(() => {
      const blocks = [...host.slack.views.values()].slice(count).at(-1)?.blocks as Json[];
      expect(blocks.length).toBeGreaterThan(10);
      expect(blocks.at(-1)).toMatchObject({ text: { text: '…' } });
    });
    expect(host.slack.complaints).toEqual([]);
  });

  it.each([
    ['unknown', { type: 'button', action_id: 'exec:approve', value: '{"verb":"approve"}' }],
    ['made up', { type: 'button', action_id: 'act:approval.approve:1', value: 'no json' }],
    ['of a key that nobody kept', { type: 'button', action_id: 'act:x:1', value: '{"k":"nothing"}' }],
  ])('does nothing for a button that is %s, and says so to the clicker', async (_what, element) => {
    const message = await posted(content('approval-request'));
    const taken = host.intake.taken.length;
    const told = host.slack.responses.length;
    expect((await click(message, element)).status).toBe(200);
    await eventually(() => expect(host.slack.responses).toHaveLength(told + 1));
    expect(host.slack.responses.at(-1)).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: 'I do not know this button any more.',
    });
    expect(host.intake.taken).toHaveLength(taken);
  });

  it('tells whoever sends a form that means nothing any more, and keeps it open', async () => {
    const taken = host.intake.taken.length;
    const { body } = await host.send({ payload: slackFixture('view_submission') });
    expect(body).toMatchObject({ response_action: 'update' });
    expect(JSON.stringify(body)).toContain('I do not know this button any more.');
    expect(host.intake.taken).toHaveLength(taken);
  });

  it('counts a thumb down at once and asks for the reason afterwards', async () => {
    const message = await posted(content('answer'));
    const element = elementWith(message, /^feedback/);
    const count = host.slack.views.size;
    const { value } = element.negative_button as Json;
    await click(message, { type: 'feedback_buttons', action_id: element.action_id, value });
    expect(host.intake.taken.at(-1)).toMatchObject({ action: { verb: 'feedback.down' } });
    const [id, view] = await viewAfter(count);
    await submit(id, view, { reason: { value: 'outdated' } });
    expect(host.intake.taken.at(-1)).toMatchObject({
      action: { verb: 'feedback.down', data: { reason: 'outdated' } },
    });
  });

  it('sends a suggested prompt as the person’s own words', async () => {
    const message = await posted({ text: 'Hello', suggestions: ['What is the hotel limit?'] });
    await click(message, elementWith(message, /ask\.prompt/));
    expect(host.intake.taken.at(-1)).toMatchObject({
      kind: 'message',
      text: 'What is the hotel limit?',
      addressed: true,
    });
  });

  it('acknowledges a link button without doing anything', async () => {
    const message = await posted({ text: 'x' });
    const taken = host.intake.taken.length;
    await click(message, { type: 'button', action_id: 'url:1' });
    expect(host.intake.taken).toHaveLength(taken);
  });

  it('answers a click that could not be stored with an error that Slack shows', async () => {
    const message = await posted(content('approval-request'));
    host.intake.failNext(new Unavailable('test.full', 'The disk is full.'));
    expect((await click(message, elementWith(message, /^act:approval\.approve/))).status).toBe(503);
  });

  it('writes nothing that Slack would refuse, and no response address into the log', () => {
    expect(host.slack.complaints).toEqual([]);
    expect(JSON.stringify(host.warnings)).not.toContain('/response/');
  });
});
