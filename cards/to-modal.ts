import { z } from 'zod';
import type { JsonObject } from '../core/kernel/json.js';
import type { CardElement } from './adaptive-card.js';
import { actionBlocks } from './block-kit/actions.js';
import { elementBlocks } from './block-kit/elements.js';
import { kindOfBlock } from './block-kit/inputs.js';
import { plainText } from './block-kit/mrkdwn.js';
import { list, plain } from './block-kit/texts.js';
import type { ConversionWarning, SlackBlock, SlackModal } from './block-kit/types.js';
import { SLACK_LIMITS, sizeOf } from './slack-limits.js';
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
  /** A form of more than a hundred blocks, or more than Slack takes at once, has several pages; the first unless told. */
  page?: number;
  /** What was filled in on the pages before. */
  values?: JsonObject;
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
 * that takes the inputs becomes the submit button, a cancelling one the close button, others stay buttons. What does not
 * fit a modal goes on in a next page, which the submit button leads to.
 */
export function toModal(card: FormCard | JsonObject, options: ModalOptions): ModalResult {
  const { title, origin = {}, instance, keep, page = 0, values } = options;
  const conversion = createConversion(instance, keep, true);
  const body = list(card.body as JsonObject[]);
  const actions = list(card.actions as JsonObject[]);
  const submit = actions.find(isSubmit);
  const close = actions.find(isCancel);
  const others = actions.filter((action) => action !== submit && action !== close);
  const pages = pagesOf([
    ...elementBlocks(body, conversion, 'body'),
    ...actionBlocks(others, conversion, 'actions'),
  ]);
  const isLast = page >= pages.length - 1;
  const heading = title?.trim() || headingOf(body) || '…';
  const metadata = metadataOf(
    {
      v: asText(submit?.verb ?? ''),
      d: (submit?.data ?? {}) as JsonObject,
      o: origin,
      ...(values && { f: values }),
      ...(isLast ? {} : { n: { card: card as JsonObject, title: heading, page: page + 1 } }),
    },
    conversion,
  );
  const step = `→ ${page + 2}/${pages.length}`;
  return {
    view: {
      type: 'modal',
      callback_id: MODAL_CALLBACK_ID,
      title: plain(short(heading)),
      ...(isLast && submit && { submit: plain(short(asText(submit.title ?? '') || '✓')) }),
      ...(!isLast && { submit: plain(step) }),
      ...(close && { close: plain(short(asText(close.title ?? '') || '✕')) }),
      private_metadata: metadata,
      blocks: pages[page] ?? [],
    },
    warnings: conversion.warnings,
  };
}

function pagesOf(blocks: SlackBlock[]): SlackBlock[][] {
  const pages: SlackBlock[][] = [];
  let page: SlackBlock[] = [];
  let size = 0;
  for (const block of blocks) {
    const more = sizeOf(block);
    if (page.length === SLACK_LIMITS.viewBlocks || (page.length > 0 && size + more > SLACK_LIMITS.pageSize)) {
      pages.push(page);
      page = [];
      size = 0;
    }
    page.push(block);
    size += more;
  }
  return [...pages, page];
}

function isSubmit({ type, associatedInputs }: JsonObject): boolean {
  return (type === 'Action.Execute' || type === 'Action.Submit') && associatedInputs !== 'none';
}

function isCancel({ verb }: JsonObject): boolean {
  return verb === 'form.cancel' || verb === 'approval.refresh';
}

/** What a modal carries beyond itself; a form of several pages always keeps it elsewhere. */
function metadataOf(meaning: JsonObject, { keep, warnings }: ReturnType<typeof createConversion>): string {
  const metadata = JSON.stringify(meaning);
  if (meaning.n === undefined && metadata.length <= SLACK_LIMITS.privateMetadata) return metadata;
  if (keep) return JSON.stringify({ k: keep(meaning) });
  warnings.push({ path: 'actions', code: 'dropped', detail: 'nothing keeps what the modal carries' });
  return '{}';
}

function headingOf(body: JsonObject[]): string | undefined {
  const heading = body.find(({ style }) => style === 'heading');
  return heading && plainText(asText(heading.text ?? ''));
}

function short(text: string): string {
  return text.length <= SLACK_LIMITS.modalTitle ? text : `${text.slice(0, SLACK_LIMITS.modalTitle - 1)}…`;
}

const members = z.record(z.string(), z.json());
const modalMeaning = z.object({
  v: z.string(),
  d: members,
  o: members,
  f: members.optional(),
  n: z.object({ card: members, title: z.string(), page: z.int().min(1).max(100) }).optional(),
});
const keptMetadata = z.object({ k: z.string().min(1).max(100) });

/** What a submitted modal does. */
export interface ModalMeaning {
  verb: string;
  data: JsonObject;
  origin: JsonObject;
  /** What was filled in on the pages before. */
  values: JsonObject;
  /** The page that comes next; without one the form is complete. */
  next?: { card: JsonObject; title: string; page: number };
}

/** What a submitted modal does and where it came from, or the key of it; undefined for a modal that is none of ours. */
export function readModalMetadata(metadata: string | undefined): ModalMeaning | { kept: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(metadata ?? '');
    const kept = keptMetadata.safeParse(parsed);
    return kept.success ? { kept: kept.data.k } : readModalMeaning(parsed);
  } catch {
    return undefined;
  }
}

/** @param kept untrusted. */
export function readModalMeaning(kept: unknown): ModalMeaning | undefined {
  const { data: read } = modalMeaning.safeParse(kept);
  if (!read || (read.v === '' && !read.n)) return undefined;
  const { v: verb, d, o, f = {}, n } = read;
  return {
    verb,
    data: d as JsonObject,
    origin: o as JsonObject,
    values: f as JsonObject,
    ...(n && { next: { ...n, card: n.card as JsonObject } }),
  };
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
      if (isReserved(name)) continue;
      const kind = kindOfBlock(blockId);
      const value = valueOf(kind, state);
      data[name] = kind === 'part' ? `${asText(data[name] ?? '')}${value}` : value;
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
