import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../core/kernel/json.js';
import { readButtonPayload, readButtonValue } from '../../../cards/block-kit/actions.js';
import type { SlackBlock } from '../../../cards/block-kit/types.js';
import type { AdaptiveCard } from '../../../cards/adaptive-card.js';
import { createCardRenderer } from '../../../cards/render.js';
import { lintMessage, lintModal } from '../../../cards/slack-limits.js';
import { toBlockKit } from '../../../cards/to-block-kit.js';
import { fromBlockKitState, modalErrors, readModalMetadata, toModal } from '../../../cards/to-modal.js';
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
    expect(readModalMetadata(view.private_metadata)?.verb).toBe('form.submit');
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

  it('keeps every input of a form that is longer than a modal, and says what it left out', () => {
    const body = [
      ...Array.from({ length: 99 }, (_, index) => ({
        type: 'TextBlock',
        text: `Line ${index}`,
        separator: true,
      })),
      { type: 'Input.Text', id: 'a', label: 'A' },
    ];
    const { view, warnings } = toModal(
      {
        type: 'AdaptiveCard',
        body,
        actions: [{ type: 'Action.Execute', verb: 'form.submit', title: 'Go' }],
      } as JsonObject,
      { instance: 'm1' },
    );
    expect(lintModal(view)).toEqual([]);
    expect(view.blocks.some(({ type }) => type === 'input')).toBe(true);
    expect(warnings).toMatchObject([{ code: 'clamped' }]);
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
});
