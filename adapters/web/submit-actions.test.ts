import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../core/kernel/json.js';
import { withSubmitActions } from './submit-actions.js';

const execute = (changes: JsonObject = {}): JsonObject => ({
  type: 'Action.Execute',
  title: 'Approve',
  verb: 'approval.approve',
  data: { approvalId: 'a1' },
  fallback: { type: 'Action.Submit', title: 'Approve', data: {} },
  ...changes,
});
const submit = {
  type: 'Action.Submit',
  title: 'Approve',
  data: { approvalId: 'a1', verb: 'approval.approve' },
};

describe('A card for a Direct Line client', () => {
  it('has buttons that post their verb among their data, however deep they lie', () => {
    const card = {
      type: 'AdaptiveCard',
      body: [
        { type: 'Container', selectAction: execute(), items: [{ type: 'ActionSet', actions: [execute()] }] },
      ],
      actions: [
        execute({ associatedInputs: 'none' }),
        { type: 'Action.ShowCard', card: { type: 'AdaptiveCard', actions: [execute()] } },
      ],
    };
    expect(withSubmitActions(card)).toEqual({
      type: 'AdaptiveCard',
      body: [{ type: 'Container', selectAction: submit, items: [{ type: 'ActionSet', actions: [submit] }] }],
      actions: [
        { ...submit, associatedInputs: 'none' },
        { type: 'Action.ShowCard', card: { type: 'AdaptiveCard', actions: [submit] } },
      ],
    });
  });

  it('leaves other actions, the refresh and what a button carries as they are', () => {
    const card: JsonObject = {
      refresh: { action: execute() },
      actions: [
        { type: 'Action.OpenUrl', url: 'https://steward.example/' },
        { type: 'Action.Submit', data: { kept: execute() } },
      ],
    };
    expect(withSubmitActions(card)).toEqual(card);
  });

  it('does not change the card that it was given', () => {
    const card = { actions: [execute()] };
    withSubmitActions(card);
    expect(card).toEqual({ actions: [execute()] });
  });
});
