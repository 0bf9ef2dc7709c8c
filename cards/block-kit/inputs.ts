import type { JsonObject } from '../../core/kernel/json.js';
import { SLACK_LIMITS, sizeOf } from '../slack-limits.js';
import { clamp, warn, type Conversion } from './conversion.js';
import { list, plain } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';

interface Choice {
  title: string;
  value: string;
}

/** The kinds whose value has another shape on Slack than on Teams; the block's id says which. */
type InputKind = 'value' | 'toggle' | 'number' | 'several' | 'part';

/**
 * An input as an input block: action id = the input's id, block id = kind, instance and id. A text that is longer than one
 * takes is spread over several, whose values belong together.
 */
export function inputBlocks(input: JsonObject, conversion: Conversion, path: string): SlackBlock[] {
  const text = typeof input.value === 'string' ? input.value : '';
  if (input.type !== 'Input.Text' || text.length <= SLACK_LIMITS.inputText)
    return [inputBlock(input, conversion, path)];
  const parts = partsOf(text);
  const label = asText(input.label ?? input.id ?? '…');
  return parts.map((value, index) => {
    const { maxLength: _whole, ...rest } = input;
    const block = inputBlock(
      {
        ...rest,
        value,
        label: `${label} (${index + 1}/${parts.length})`,
        isMultiline: true,
        isRequired: input.isRequired === true && index === 0,
      },
      conversion,
      path,
    );
    return { ...block, block_id: blockId('part', conversion.instance, `${asText(input.id)}|${index}`) };
  });
}

/** Characters of one part; the rest of what a field takes is for what is added. */
const PART = 2_500;

/** Cut where no space is lost if the ends of a field are trimmed. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > PART) {
    let until = from + PART;
    while (until > from + PART / 2 && !/[\p{L}\p{N}]{2}/u.test(text.slice(until - 1, until + 1))) until -= 1;
    if (/[\uD800-\uDBFF]/.test(text.charAt(until - 1))) until -= 1;
    parts.push(text.slice(from, until));
    from = until;
  }
  return [...parts, text.slice(from)];
}

function inputBlock(input: JsonObject, conversion: Conversion, path: string): SlackBlock {
  const { kind, element } = elementFor(input, conversion, path);
  const label = asText(input.label ?? input.title ?? input.id ?? '…');
  return {
    type: 'input',
    block_id: blockId(kind, conversion.instance, asText(input.id)),
    label: plain(clamp(conversion, path, label, SLACK_LIMITS.label)),
    optional: input.isRequired !== true,
    element: { ...element, action_id: asText(input.id).slice(0, SLACK_LIMITS.id) },
  };
}

function blockId(kind: InputKind, instance: string, id: string): string {
  return `${kind}|${instance}|${id}`.slice(0, SLACK_LIMITS.id);
}

/** The kind that an input block's id tells. */
export function kindOfBlock(id: string): InputKind {
  const kind = id.split('|')[0];
  return kind === 'toggle' || kind === 'number' || kind === 'several' || kind === 'part' ? kind : 'value';
}

function elementFor(
  input: JsonObject,
  conversion: Conversion,
  path: string,
): { kind: InputKind; element: SlackBlock } {
  switch (input.type) {
    case 'Input.Number':
      return {
        kind: 'number',
        element: conversion.isModal ? numberElement(input) : textElement(textual(input), conversion, path),
      };
    case 'Input.Date':
      return {
        kind: 'value',
        element: { type: 'datepicker', ...initial('initial_date', input.value, DATE) },
      };
    case 'Input.Time':
      return {
        kind: 'value',
        element: { type: 'timepicker', ...initial('initial_time', input.value, TIME) },
      };
    case 'Input.Toggle':
      return { kind: 'toggle', element: toggleElement(input) };
    case 'Input.ChoiceSet':
      return choiceElement(input, conversion, path);
    default:
      return { kind: 'value', element: textElement(input, conversion, path) };
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{2}:\d{2}$/;

function initial(name: string, value: unknown, form: RegExp): JsonObject {
  return typeof value === 'string' && form.test(value) ? { [name]: value } : {};
}

function textElement(input: JsonObject, conversion: Conversion, path: string): SlackBlock {
  const value = typeof input.value === 'string' ? input.value : '';
  const common: JsonObject = {
    ...(value === '' ? {} : { initial_value: clamp(conversion, path, value, SLACK_LIMITS.inputText) }),
    ...placeholder(input, conversion, path),
  };
  if (conversion.isModal && input.style === 'email') return { type: 'email_text_input', ...common };
  if (conversion.isModal && input.style === 'url') return { type: 'url_text_input', ...common };
  return {
    type: 'plain_text_input',
    multiline: input.isMultiline === true,
    // Slack opens no form with a text that is longer than its field; what is too long is said when it is sent.
    ...(typeof input.maxLength === 'number'
      ? { max_length: Math.min(Math.max(input.maxLength, value.length), SLACK_LIMITS.inputText) }
      : {}),
    ...common,
  };
}

function placeholder({ placeholder: words }: JsonObject, conversion: Conversion, path: string): JsonObject {
  return typeof words === 'string' && words !== ''
    ? { placeholder: plain(clamp(conversion, path, words, SLACK_LIMITS.placeholder)) }
    : {};
}

/** A number typed as text, where Slack has no field for it. */
const textual = ({ value, ...input }: JsonObject): JsonObject => ({ ...input, value: asText(value ?? '') });

function numberElement({ value, min, max }: JsonObject): SlackBlock {
  return {
    type: 'number_input',
    is_decimal_allowed: true,
    ...(typeof value === 'number' ? { initial_value: asText(value) } : {}),
    ...(typeof min === 'number' ? { min_value: asText(min) } : {}),
    ...(typeof max === 'number' ? { max_value: asText(max) } : {}),
  };
}

function toggleElement({ value, valueOn = 'true' }: JsonObject): SlackBlock {
  const option = { text: plain('✓'), value: asText(valueOn) };
  return {
    type: 'checkboxes',
    options: [option],
    ...(asText(value) === asText(valueOn) ? { initial_options: [option] } : {}),
  };
}

function choiceElement(
  input: JsonObject,
  conversion: Conversion,
  path: string,
): { kind: InputKind; element: SlackBlock } {
  const choices = list(input.choices) as unknown as Choice[];
  const isSeveral = input.isMultiSelect === true;
  const tooLong =
    choices.some(({ value }) => value.length > SLACK_LIMITS.optionValue) ||
    sizeOf(choices as unknown as JsonObject[]) > SLACK_LIMITS.menuSize;
  if (choices.length === 0 || tooLong) {
    warn(conversion, path, 'fallback', 'the choices do not fit a menu and are typed instead');
    return { kind: 'value', element: textElement(input, conversion, path) };
  }
  const options = choices.map((choice) => optionFor(choice, conversion, path));
  const chosen = new Set(isSeveral ? asText(input.value ?? '').split(',') : [asText(input.value ?? '')]);
  const initialOptions = options.filter(({ value }) => chosen.has(asText(value)));
  const isList = input.style === 'expanded' && options.length <= SLACK_LIMITS.radioOptions;
  const type = isSeveral
    ? isList
      ? 'checkboxes'
      : 'multi_static_select'
    : isList
      ? 'radio_buttons'
      : 'static_select';
  const first = initialOptions[0];
  return {
    kind: isSeveral ? 'several' : 'value',
    element: {
      type,
      ...(isList ? { options } : optionsOrGroups(options)),
      ...(isSeveral && first ? { initial_options: initialOptions } : {}),
      ...(!isSeveral && first ? { initial_option: first } : {}),
    },
  };
}

function optionFor({ title, value }: Choice, conversion: Conversion, path: string): JsonObject {
  const isLong = title.length > SLACK_LIMITS.optionText;
  const [name, ...rest] = title.split(': ');
  if (isLong && rest.length > 0 && (name ?? '').length <= SLACK_LIMITS.optionText) {
    const description = clamp(conversion, path, rest.join(': '), SLACK_LIMITS.optionText);
    return { text: plain(name ?? title), value, description: plain(description) };
  }
  return { text: plain(clamp(conversion, path, title, SLACK_LIMITS.optionText)), value };
}

/** More options than a menu takes are shown in groups of a hundred. */
function optionsOrGroups(options: JsonObject[]): JsonObject {
  if (options.length <= SLACK_LIMITS.options) return { options };
  const groups: JsonObject[] = [];
  for (let at = 0; at < options.length; at += SLACK_LIMITS.options) {
    const part = options.slice(at, at + SLACK_LIMITS.options);
    groups.push({ label: plain(`${at + 1}–${at + part.length}`), options: part });
  }
  return { option_groups: groups };
}
