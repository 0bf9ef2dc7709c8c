import { z } from 'zod';
import type { JsonObject } from '../core/kernel/json.js';
import type { CardElement } from './adaptive-card.js';
import { actionBlocks } from './block-kit/actions.js';
import { elementBlocks } from './block-kit/elements.js';
import { kindOfBlock } from './block-kit/inputs.js';
import { plainText } from './block-kit/mrkdwn.js';
import { list, plain } from './block-kit/texts.js';
import type { ConversionWarning, SlackBlock, SlackModal } from './block-kit/types.js';
import { SLACK_LIMITS } from './slack-limits.js';
import { createConversion, type BlockKitOptions } from './to-block-kit.js';
import { asText } from './as-text.js';

/** All modals made from cards come back under this id. */
export const MODAL_CALLBACK_ID = 'steward-card';

export interface ModalOptions {
  /** Shown at the top when the card has no heading; 24 characters are visible. */
  title?: string;
  /** Comes back with the submission: where the modal was opened from. Ids only. */
  origin?: JsonObject;
  instance: string;
  keep?: BlockKitOptions['keep'];
}

export interface ModalResult {
  view: SlackModal;
  warnings: ConversionWarning[];
}

/** A card to be filled in, as it is rendered or as it stands inside a button (an inner card has no version). */
export interface FormCard {
  body?: CardElement[];
  actions?: JsonObject[];
}

/**
 * A card with inputs as a modal, where Slack can check required fields and show errors at the field. The first action
 * that takes the inputs becomes the submit button, a cancelling one the close button, others stay buttons.
 */
export function toModal(
  card: FormCard | JsonObject,
  { title, origin = {}, instance, keep }: ModalOptions,
): ModalResult {
  const conversion = createConversion(instance, keep);
  const body = list(card.body as JsonObject[]);
  const actions = list(card.actions as JsonObject[]);
  const submit = actions.find(isSubmit);
  const close = actions.find(isCancel);
  const others = actions.filter((action) => action !== submit && action !== close);
  const all = [...elementBlocks(body, conversion, 'body'), ...actionBlocks(others, conversion, 'actions')];
  const blocks = all.length <= SLACK_LIMITS.viewBlocks ? all : shortened(all);
  if (blocks !== all)
    conversion.warnings.push({ path: 'body', code: 'clamped', detail: `${all.length} blocks` });
  const metadata = metadataOf(submit, origin);
  const isTooLong = metadata.length > SLACK_LIMITS.privateMetadata;
  if (isTooLong)
    conversion.warnings.push({
      path: 'actions',
      code: 'dropped',
      detail: 'the metadata of the modal is too long',
    });
  return {
    view: {
      type: 'modal',
      callback_id: MODAL_CALLBACK_ID,
      title: plain(short(title ?? headingOf(body) ?? '…')),
      ...(submit && { submit: plain(short(asText(submit.title ?? '✓'))) }),
      ...(close && { close: plain(short(asText(close.title ?? '✕'))) }),
      private_metadata: isTooLong ? '{}' : metadata,
      blocks,
    },
    warnings: conversion.warnings,
  };
}

/** Inputs are kept before anything else; "…" says that something is missing. */
function shortened(blocks: SlackBlock[]): SlackBlock[] {
  let spare = blocks.length - SLACK_LIMITS.viewBlocks + 1;
  const kept = blocks.filter(({ type }) => type === 'input' || spare-- <= 0);
  return [...kept.slice(0, SLACK_LIMITS.viewBlocks - 1), { type: 'context', elements: [plain('…')] }];
}

function isSubmit({ type, associatedInputs }: JsonObject): boolean {
  return (type === 'Action.Execute' || type === 'Action.Submit') && associatedInputs !== 'none';
}

function isCancel({ verb }: JsonObject): boolean {
  return verb === 'form.cancel' || verb === 'approval.refresh';
}

function metadataOf(submit: JsonObject | undefined, origin: JsonObject): string {
  return JSON.stringify({ v: submit?.verb ?? '', d: submit?.data ?? {}, o: origin });
}

function headingOf(body: JsonObject[]): string | undefined {
  const heading = body.find(({ style }) => style === 'heading');
  return heading && plainText(asText(heading.text ?? ''));
}

function short(text: string): string {
  return text.length <= SLACK_LIMITS.modalTitle ? text : `${text.slice(0, SLACK_LIMITS.modalTitle - 1)}…`;
}

const modalMetadata = z.object({
  v: z.string(),
  d: z.record(z.string(), z.json()),
  o: z.record(z.string(), z.json()),
});

/** What a submitted modal does and where it came from; undefined for a modal that is none of ours. */
export function readModalMetadata(
  metadata: string | undefined,
): { verb: string; data: JsonObject; origin: JsonObject } | undefined {
  try {
    const parsed = modalMetadata.safeParse(JSON.parse(metadata ?? ''));
    if (!parsed.success || parsed.data.v === '') return undefined;
    const { v: verb, d: data, o: origin } = parsed.data;
    return { verb, data: data as JsonObject, origin: origin as JsonObject };
  } catch {
    return undefined;
  }
}

const option = z.object({ value: z.string() });
const stateValue = z.object({
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
  selected_date: z.string().nullish(),
  selected_time: z.string().nullish(),
  selected_user: z.string().nullish(),
});
const stateValues = z.record(z.string(), z.record(z.string(), stateValue));

/**
 * Slack's `state.values` as the data of a Teams click: one member per input, toggles as "true" and "false", several
 * choices joined by commas, numbers as numbers. An input that was left empty is an empty text, as on Teams.
 * @param values untrusted; whatever is no state gives no data.
 */
export function fromBlockKitState(values: unknown): JsonObject {
  const parsed = stateValues.safeParse(values ?? {});
  if (!parsed.success) return {};
  const data: JsonObject = {};
  for (const [blockId, elements] of Object.entries(parsed.data)) {
    for (const [name, state] of Object.entries(elements)) {
      if (!isReserved(name)) data[name] = valueOf(kindOfBlock(blockId), state);
    }
  }
  return data;
}

function isReserved(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype';
}

function valueOf(kind: ReturnType<typeof kindOfBlock>, state: z.output<typeof stateValue>): string | number {
  const chosen = state.selected_options?.map(({ value }) => value);
  if (kind === 'toggle') return chosen?.[0] ?? 'false';
  if (chosen) return chosen.join(',');
  const value =
    state.value ??
    state.selected_option?.value ??
    state.selected_date ??
    state.selected_time ??
    state.selected_user ??
    '';
  const isNumber = kind === 'number' && value !== '' && Number.isFinite(Number(value));
  return isNumber ? Number(value) : value;
}

/** The block of a view that asks for a field. */
export function modalInput(blocks: SlackBlock[], field: string): SlackBlock | undefined {
  return blocks.find(({ type, element }) => type === 'input' && (element as JsonObject).action_id === field);
}

/**
 * Errors by input id as `response_action: errors` wants them, by block id. What fits no field of the view is shown at
 * the first one, so that no error is lost.
 */
export function modalErrors(blocks: SlackBlock[], errors: Record<string, string>): Record<string, string> {
  const inputs = blocks.filter(({ type }) => type === 'input');
  const result: Record<string, string> = {};
  for (const [field, message] of Object.entries(errors)) {
    const block = modalInput(inputs, field) ?? inputs[0];
    const id = block?.block_id;
    if (typeof id === 'string') result[id] = result[id] === undefined ? message : `${result[id]} ${message}`;
  }
  return result;
}
