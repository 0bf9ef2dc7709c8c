import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import type { JsonObject } from '../../../core/kernel/json.js';
import { readButtonPayload, readButtonValue } from '../../../cards/block-kit/actions.js';
import type { SlackBlock, SlackModal } from '../../../cards/block-kit/types.js';
import type { AdaptiveCard, CardElement } from '../../../cards/adaptive-card.js';
import { createCardRenderer } from '../../../cards/render.js';
import { lintMessage, lintModal } from '../../../cards/slack-limits.js';
import { toBlockKit } from '../../../cards/to-block-kit.js';
import {
  fromBlockKitState,
  modalErrors,
  readModalMeaning,
  readModalMetadata,
  toModal,
} from '../../../cards/to-modal.js';
import { readSamples } from './samples.js';
import { asText } from '../../../cards/as-text.js';

const samples = new Map(readSamples().map((sample) => [sample.sample, sample]));
const render = createCardRenderer();

function cardOf(sample: string): AdaptiveCard {
  const { template, data } = samples.get(sample) ?? { template: '', data: {} };
  return render({ template, data });
}

const blocksOf = (card: AdaptiveCard): SlackBlock[] =>
  toBlockKit(card, { text: 'x', instance: 'i1' }).messages.flatMap(({ blocks }) => blocks);

function buttonsOf(card: AdaptiveCard): JsonObject[] {
  return blocksOf(card)
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => elements as JsonObject[]);
}

const cardWith = (element: object): AdaptiveCard => ({
  ...cardOf('notice'),
  body: [element as CardElement],
  actions: [],
});

const button = (card: AdaptiveCard, title: string): JsonObject =>
  buttonsOf(card).find(({ text }) => (text as JsonObject).text === title) ?? {};

describe('a button on Slack', () => {
  it('brings back the verb and the data of its action', () => {
    const meaning = readButtonValue(asText(button(cardOf('approval-request'), 'Approve').value));
    expect(meaning).toEqual({
      act: { verb: 'approval.approve', data: samples.get('approval-request')?.data.reference },
    });
  });

  it('that asks for a reason opens a modal whose submission is the action with its data', () => {
    const { open } = readButtonValue(asText(button(cardOf('approval-request'), 'Reject …').value)) ?? {};
    const { view } = toModal(open?.card ?? {}, {
      title: open?.title,
      origin: { channel: 'C1', ts: '1.2' },
      instance: 'm1',
    });
    expect(lintModal(view)).toEqual([]);
    expect(view.blocks.map(({ type }) => type)).toEqual(['input']);
    expect(readModalMetadata(view.private_metadata)).toEqual({
      verb: 'approval.reject',
      data: samples.get('approval-request')?.data.reference,
      origin: { channel: 'C1', ts: '1.2' },
      values: {},
    });
  });

  it('shows at most one primary and asks again before a destructive act', () => {
    const card = cardOf('approval-status');
    expect(buttonsOf(cardOf('approval-request')).filter(({ style }) => style === 'primary')).toHaveLength(1);
    expect(button(card, 'Take back').confirm).toBeDefined();
  });

  it('that carries too much keeps it on the server, and is dropped with a warning when nothing keeps it', () => {
    const { template, data } = samples.get('approval-request') ?? { template: '', data: {} as JsonObject };
    const people = Array.from({ length: 100 }, (_, index) => ({
      id: `person-${index}`,
      name: `Person ${index}`,
    }));
    const card = render({
      template,
      data: { ...data, delegate: { ...(data.delegate as JsonObject), people } },
    });
    const kept: JsonObject[] = [];
    const keep = (payload: JsonObject): string => `key-${kept.push(payload)}`;
    const withKeep = toBlockKit(card, { text: 'x', instance: 'i1', keep });
    expect(withKeep.warnings).toEqual([]);
    expect(withKeep.messages.flatMap(lintMessage)).toEqual([]);
    const open = readButtonPayload(kept[0])?.open;
    expect(lintModal(toModal(open?.card ?? {}, { instance: 'm1' }).view)).toEqual([]);
    const without = toBlockKit(card, { text: 'x', instance: 'i1' });
    expect(without.warnings).toMatchObject([{ code: 'dropped' }]);
  });

  it.each(['', 'null', '[]', '{"v":1}', '{"o":{"type":"Other"}}', '{"x":"y"}', 'x'.repeat(2_001)])(
    'whose value is %j is none of ours',
    (value) => {
      expect(readButtonValue(value)).toBeUndefined();
    },
  );
});

describe('thumbs on Slack', () => {
  it('are feedback buttons; a thumb down counts at once and opens the question why', () => {
    const block = blocksOf(cardOf('answer')).find(({ type }) => type === 'context_actions');
    const [element] = (block?.elements ?? []) as JsonObject[];
    const value = (name: string): string => asText((element?.[name] as JsonObject | undefined)?.value);
    expect(readButtonValue(value('positive_button'))?.act?.verb).toBe('feedback.up');
    const down = readButtonValue(value('negative_button'));
    expect(down?.act).toEqual({ verb: 'feedback.down', data: { answerId: '01jd8xk2v4' } });
    expect(toModal(down?.open?.card ?? {}, { instance: 'm1' }).view.blocks).toHaveLength(1);
  });
});

describe('a form on Slack', () => {
  it('has its submit and close buttons in the frame of the modal', () => {
    const { view } = toModal(cardOf('form'), { instance: 'm1' });
    expect(view).toMatchObject({
      title: { text: 'Laptop request' },
      submit: { text: 'Submit' },
      close: { text: 'Cancel' },
    });
    expect(readModalMetadata(view.private_metadata)).toMatchObject({ verb: 'form.submit' });
    expect(view.blocks.filter(({ type }) => type === 'actions')).toEqual([]);
  });

  it('gives back its values in the shape of a Teams click', () => {
    const { view } = toModal(cardOf('form'), { instance: 'm1' });
    const state: Record<string, unknown> = {};
    const fill: Record<string, unknown> = {
      employee: { type: 'plain_text_input', value: 'Priya Nair' },
      model: { type: 'radio_buttons', selected_option: { text: {}, value: '16 inch' } },
      costCentre: { type: 'plain_text_input', value: '4711' },
      amount: { type: 'number_input', value: '2' },
      neededBy: { type: 'datepicker', selected_date: '2026-12-01' },
      extras: { type: 'checkboxes', selected_options: [{ value: 'Dock' }, { value: 'Mouse' }] },
      urgent: { type: 'checkboxes', selected_options: [] },
      contact: { type: 'email_text_input', value: null },
      site: { type: 'static_select', selected_option: null },
      reason: { type: 'plain_text_input', value: 'broken' },
    };
    for (const { block_id: id, element } of view.blocks.filter(({ type }) => type === 'input')) {
      const name = asText((element as JsonObject).action_id);
      state[asText(id)] = { [name]: fill[name] };
    }
    expect(fromBlockKitState(state)).toEqual({
      employee: 'Priya Nair',
      model: '16 inch',
      costCentre: '4711',
      amount: 2,
      neededBy: '2026-12-01',
      extras: 'Dock,Mouse',
      urgent: 'false',
      contact: '',
      site: '',
      reason: 'broken',
    });
  });

  it('shows what is wrong at the field, and what fits no field at the first one', () => {
    const { view } = toModal(cardOf('form'), { instance: 'm1' });
    expect(modalErrors(view.blocks, { costCentre: 'Four digits.', elsewhere: 'Not allowed.' })).toEqual({
      'value|m1|costCentre': 'Four digits.',
      'value|m1|employee': 'Not allowed.',
    });
  });

  it('goes on in a next page when it is longer than a modal, with nothing left out', () => {
    const body = Array.from({ length: 250 }, (_, index) => ({
      type: 'Input.Text',
      id: `f${index}`,
      label: `Field ${index}`,
    }));
    const actions = [{ type: 'Action.Execute', verb: 'form.submit', title: 'Go', data: { form: 'f' } }];
    const kept = new Map<string, JsonObject>();
    const keep = (payload: JsonObject): string => {
      const key = `k${kept.size}`;
      kept.set(key, payload);
      return key;
    };
    const meaningOf = (metadata: string) => {
      const read = readModalMetadata(metadata);
      return read && 'kept' in read ? readModalMeaning(kept.get(read.kept)) : read;
    };
    const fill = (view: SlackModal): JsonObject =>
      fromBlockKitState(
        Object.fromEntries(
          view.blocks.map(({ block_id: id, element }) => {
            const name = (element as JsonObject).action_id as string;
            return [id, { [name]: { value: `v${name}` } }];
          }),
        ),
      );
    let { view } = toModal({ body, actions } as JsonObject, {
      instance: 'm1',
      keep,
      origin: { channel: 'C1' },
    });
    const labels: unknown[] = [];
    let values: JsonObject = {};
    for (let page = 1; page < 3; page += 1) {
      expect(lintModal(view)).toEqual([]);
      labels.push(view.submit?.text);
      values = { ...values, ...fill(view) };
      const next = meaningOf(view.private_metadata ?? '')?.next;
      expect(next).toBeDefined();
      const { card = {}, ...rest } = next ?? {};
      ({ view } = toModal(card, { ...rest, values, origin: { channel: 'C1' }, instance: `m${page}`, keep }));
    }
    expect([...labels, view.submit?.text]).toEqual(['→ 2/3', '→ 3/3', 'Go']);
    const meaning = meaningOf(view.private_metadata ?? '');
    expect(meaning).toMatchObject({ verb: 'form.submit', data: { form: 'f' }, origin: { channel: 'C1' } });
    expect(meaning?.next).toBeUndefined();
    const all = { ...meaning?.values, ...fill(view) };
    expect(Object.keys(all)).toHaveLength(250);
    expect(all.f249).toBe('vf249');
  });

  it('shows a text that is longer than a field in several, which come back as one', () => {
    assert(
      property(string({ minLength: 3_001, maxLength: 9_000, unit: 'grapheme' }), (value) => {
        const { view, warnings } = toModal(
          {
            body: [{ type: 'Input.Text', id: 'text', label: 'Text', value }],
            actions: [{ type: 'Action.Execute', verb: 'form.submit', title: 'Go' }],
          } as JsonObject,
          { instance: 'm1' },
        );
        expect(lintModal(view)).toEqual([]);
        expect(warnings).toEqual([]);
        const state = Object.fromEntries(
          view.blocks.map(({ block_id: id, element }) => [
            id,
            { text: { value: (element as JsonObject).initial_value } },
          ]),
        );
        expect(fromBlockKitState(state)).toEqual({ text: value });
      }),
      { numRuns: 30 },
    );
  });

  it('keeps elsewhere what its metadata has no room for', () => {
    const data = { long: 'x'.repeat(4_000) };
    const actions = [{ type: 'Action.Execute', verb: 'form.submit', title: 'Go', data }];
    const { view, warnings } = toModal({ body: [], actions } as JsonObject, {
      instance: 'm',
      keep: () => 'key',
    });
    expect(readModalMetadata(view.private_metadata)).toEqual({ kept: 'key' });
    expect(warnings).toEqual([]);
  });

  it.each([null, 'x', 3, { b: { a: 'x' } }, { b: null }])(
    'reads nothing from a state that is %j',
    (values) => {
      expect(fromBlockKitState(values)).toEqual({});
    },
  );

  it('takes no member name that would change an object', () => {
    const state = JSON.parse(
      '{"value|i|x":{"__proto__":{"value":"1"},"constructor":{"value":"2"}}}',
    ) as unknown;
    expect(Object.keys(fromBlockKitState(state))).toEqual([]);
  });
});

describe('charts on Slack', () => {
  const points = [
    { x: 'Jan', y: 1 },
    { x: 'Feb', y: 2 },
  ];
  const shares = [
    { legend: 'A', value: 1 },
    { legend: 'B', value: 2 },
  ];
  it.each([
    ['Chart.Pie', { data: shares }, 'pie'],
    ['Chart.Donut', { data: shares }, 'pie'],
    ['Chart.VerticalBar', { data: points }, 'bar'],
    ['Chart.HorizontalBar', { data: points }, 'bar'],
    ['Chart.VerticalBar.Grouped', { data: [{ legend: 'A', values: points }] }, 'bar'],
    ['Chart.Line', { data: [{ legend: 'A', values: points }] }, 'line'],
  ])('%s is Slack’s own', (type, chart, kind) => {
    const { messages } = toBlockKit(cardWith({ type, ...chart }), { text: 'Chart', instance: 'i' });
    expect(messages[0]?.blocks[0]).toMatchObject({ type: 'data_visualization', chart: { type: kind } });
    expect(lintMessage(messages[0] ?? { text: '', blocks: [] })).toEqual([]);
  });

  it.each([
    [
      'Chart.Gauge',
      { value: 42, subLabel: 'Load', segments: [{ legend: 'low', size: 30 }] },
      ['42', 'Load', 'low'],
    ],
    ['Chart.HorizontalBar.Stacked', { data: [{ title: 'Q1', data: shares }] }, ['Q1', 'A', '2']],
    [
      'Chart.Line',
      { data: Array.from({ length: 9 }, (_, n) => ({ legend: `S${n}`, values: points })) },
      ['S8', 'Feb'],
    ],
    ['Chart.Pie', { data: [...shares, { legend: 'C', value: -3 }] }, ['-3', 'C']],
    [
      'Chart.Pie',
      { data: Array.from({ length: 150 }, (_, n) => ({ legend: `P${n}`, value: n })) },
      ['P149', '149'],
    ],
  ])('%s that Slack cannot draw is told as a table, without one of its own', (type, chart, words) => {
    const { messages } = toBlockKit(cardWith({ type, ...chart }), { text: 'Chart', instance: 'i' });
    const shown = JSON.stringify(messages);
    for (const word of words) expect(shown).toContain(word);
    expect(shown).toMatch(/"table"|rich_text_preformatted/);
    for (const message of messages) expect(lintMessage(message)).toEqual([]);
  });
});

describe('menus on Slack', () => {
  it('hold more than a hundred choices in groups', () => {
    const choices = Array.from({ length: 250 }, (_, index) => ({
      title: `Place ${index}`,
      value: `p${index}`,
    }));
    const body = [{ type: 'Input.ChoiceSet', id: 'place', label: 'Place', choices, value: 'p240' }];
    const { view, warnings } = toModal({ type: 'AdaptiveCard', body } as JsonObject, { instance: 'm1' });
    const element = view.blocks[0]?.element as JsonObject;
    expect(warnings).toEqual([]);
    expect(
      (element.option_groups as JsonObject[]).map(({ options }) => (options as unknown[]).length),
    ).toEqual([100, 100, 50]);
    expect(element.initial_option).toMatchObject({ value: 'p240' });
  });

  it('that no modal could hold are typed instead', () => {
    const choices = Array.from({ length: 3_000 }, (_, index) => ({
      title: `Standort ${index} für Gäste`,
      value: `p${index}`,
    }));
    const body = [{ type: 'Input.ChoiceSet', id: 'place', label: 'Place', choices, value: 'p240' }];
    const actions = [{ type: 'Action.Execute', title: 'Send', verb: 'x' }];
    const { view, warnings } = toModal({ type: 'AdaptiveCard', body, actions } as JsonObject, {
      instance: 'm1',
    });
    expect(view.blocks[0]?.element).toMatchObject({ type: 'plain_text_input', initial_value: 'p240' });
    expect(warnings).toMatchObject([{ code: 'fallback' }]);
    expect(lintModal(view)).toEqual([]);
  });
});

describe('a form of absurd texts', () => {
  it('is spread over pages that Slack takes, each word of it', () => {
    const kept = new Map<string, JsonObject>();
    const keep = (payload: JsonObject): string => `k${kept.set(`k${kept.size}`, payload).size - 1}`;
    const text = (at: number): string => `${at}: ${'漢字 '.repeat(900)}`;
    const card = {
      type: 'AdaptiveCard',
      body: [
        ...Array.from({ length: 90 }, (_, at) => ({ type: 'TextBlock', text: text(at), wrap: true })),
        { type: 'Input.Text', id: 'reason', label: 'Reason', value: 'ä'.repeat(2_900) },
      ],
      actions: [{ type: 'Action.Execute', title: 'Send', verb: 'x', data: {} }],
    } as JsonObject;
    let shown = '';
    let isLast = false;
    for (let page = 0; !isLast; page += 1) {
      const { view } = toModal(card, { instance: 'm1', keep, page });
      expect(lintModal(view)).toEqual([]);
      shown += JSON.stringify(view.blocks);
      const { k: key } = JSON.parse(view.private_metadata) as { k?: string };
      isLast = (key ? kept.get(key) : undefined)?.n === undefined;
    }
    for (let at = 0; at < 90; at += 1) expect(shown).toContain(`${at}: 漢字`);
    expect(shown).toContain('"reason"');
  });
});
