import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import type { SlackBlock, SlackMessage, SlackModal } from './block-kit/types.js';
import { asText } from './as-text.js';

/** Slack's documented limits; https://docs.slack.dev/reference/block-kit, read 2026-11. Lengths in characters. */
export const SLACK_LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** Sum of all texts of a message; more gives `msg_blocks_too_long` (seen at about 13,000). */
  messageText: 12_000,
  notification: 4_000,
  sectionText: 3_000,
  fields: 10,
  fieldText: 2_000,
  header: 150,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  id: 255,
  label: 2_000,
  placeholder: 150,
  optionText: 75,
  optionValue: 150,
  options: 100,
  optionGroups: 100,
  radioOptions: 10,
  inputText: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  tableRows: 100,
  tableColumns: 20,
  tableText: 10_000,
  tablesPerMessage: 1,
  altText: 2_000,
  chartTitle: 50,
  chartSeries: 6,
  chartPoints: 20,
  chartLabel: 20,
  chartsPerMessage: 2,
  modalTitle: 24,
  privateMetadata: 3_000,
  /** The JSON of a modal or Home tab, in bytes. */
  viewSize: 250_000,
  /** What of it one page of a form may fill. */
  pageSize: 200_000,
  /** What of it one menu may fill; more choices than that are typed. */
  menuSize: 100_000,
} as const;

/** What Slack would refuse of a message; empty when it would take it. */
export function lintMessage({ text, blocks }: SlackMessage): string[] {
  const total = blocks.reduce((sum, block) => sum + textLength(block), 0);
  return [
    ...atMost('message.text', text.length, 40_000),
    ...(text.trim() === '' ? ['message.text: empty'] : []),
    ...(hasMention(text.replace(/^(?:(?:<@[UW][A-Z0-9]+>|@\S+) )*/, ''))
      ? ['message.text: a mention or broadcast came through']
      : []),
    ...atMost('message.blocks', blocks.length, SLACK_LIMITS.messageBlocks),
    ...atMost('message: sum of texts', total, SLACK_LIMITS.messageText + SLACK_LIMITS.tableText),
    ...atMost('message: tables', countOf(blocks, 'table'), SLACK_LIMITS.tablesPerMessage),
    ...atMost('message: charts', countOf(blocks, 'data_visualization'), SLACK_LIMITS.chartsPerMessage),
    ...lintBlocks(blocks),
  ];
}

/** Blocks that modals do not have; https://docs.slack.dev/reference/block-kit/blocks names the surfaces of each. */
const MESSAGE_BLOCKS = ['table', 'data_visualization', 'context_actions'];

/** What Slack would refuse of a modal. */
export function lintModal(view: SlackModal): string[] {
  return [
    ...lintText('title', view.title, SLACK_LIMITS.modalTitle),
    ...lintText('submit', view.submit, SLACK_LIMITS.modalTitle),
    ...lintText('close', view.close, SLACK_LIMITS.modalTitle),
    ...atMost('private_metadata', view.private_metadata.length, SLACK_LIMITS.privateMetadata),
    ...atMost('callback_id', view.callback_id.length, SLACK_LIMITS.id),
    ...atMost('blocks', view.blocks.length, SLACK_LIMITS.viewBlocks),
    ...atMost('size', sizeOf(view as unknown as JsonValue), SLACK_LIMITS.viewSize),
    ...MESSAGE_BLOCKS.filter((type) => countOf(view.blocks, type) > 0).map(
      (type) => `blocks: ${type} in a modal`,
    ),
    ...(countOf(view.blocks, 'input') > 0 && !view.submit ? ['submit: missing, there are inputs'] : []),
    ...lintBlocks(view.blocks),
  ];
}

function lintBlocks(blocks: SlackBlock[]): string[] {
  const ids = blocks.map(({ block_id: id }) => id).filter((id) => id !== undefined);
  return [
    ...(new Set(ids).size < ids.length ? ['blocks: a block_id is used twice'] : []),
    ...blocks.flatMap((block, index) => lintBlock(block, `blocks[${index}] ${block.type}`)),
  ];
}

const BLOCK_RULES: Record<string, (block: SlackBlock, path: string) => string[]> = {
  divider: () => [],
  header: (block, path) => lintText(path, block.text, SLACK_LIMITS.header),
  section: lintSection,
  context: (block, path) => [
    ...someOf(path, block.elements, SLACK_LIMITS.contextElements),
    ...listOf(block.elements).flatMap((element) => lintText(path, element, SLACK_LIMITS.sectionText)),
  ],
  actions: (block, path) => [
    ...someOf(path, block.elements, SLACK_LIMITS.actionElements),
    ...uniqueActionIds(path, listOf(block.elements)),
    ...listOf(block.elements).flatMap((element) => lintElement(element, path)),
  ],
  context_actions: (block, path) => someOf(path, block.elements, 5),
  input: (block, path) => [
    ...lintText(`${path}.label`, block.label, SLACK_LIMITS.label),
    ...(block.hint === undefined ? [] : lintText(`${path}.hint`, block.hint, SLACK_LIMITS.label)),
    ...lintElement(block.element as SlackBlock, path),
  ],
  image: (block, path) => [
    ...atMost(`${path}.alt_text`, lengthOf(block.alt_text), SLACK_LIMITS.altText),
    ...(lengthOf(block.alt_text) === 0 ? [`${path}.alt_text: missing`] : []),
    ...lintPicture(block, path),
  ],
  rich_text: (block, path) => someOf(path, block.elements, 100),
  table: lintTable,
  data_visualization: lintChart,
};

function lintBlock(block: SlackBlock, path: string): string[] {
  const rule = BLOCK_RULES[block.type];
  if (!rule) return [`${path}: unknown type`];
  return [...atMost(`${path}.block_id`, lengthOf(block.block_id), SLACK_LIMITS.id), ...rule(block, path)];
}

/** Either a public address or a file of Slack's own. */
function lintPicture({ image_url: url, slack_file: file }: SlackBlock, path: string): string[] {
  if (file === undefined) {
    return asText(url ?? '').startsWith('https://') ? [] : [`${path}.image_url: must be https`];
  }
  const isId = /^F[A-Z0-9]{8,}$/.test(asText((file as JsonObject).id ?? ''));
  return [
    ...(isId ? [] : [`${path}.slack_file: no id of a file`]),
    ...(url === undefined ? [] : [`${path}: both an address and a file`]),
  ];
}

function lintSection(block: SlackBlock, path: string): string[] {
  const fields = listOf(block.fields);
  return [
    ...(block.text === undefined && fields.length === 0 ? [`${path}: needs text or fields`] : []),
    ...(block.text === undefined ? [] : lintText(path, block.text, SLACK_LIMITS.sectionText)),
    ...atMost(`${path}.fields`, fields.length, SLACK_LIMITS.fields),
    ...fields.flatMap((field) => lintText(`${path}.fields`, field, SLACK_LIMITS.fieldText)),
    ...(block.accessory === undefined ? [] : lintElement(block.accessory as SlackBlock, path)),
  ];
}

function lintElement(element: SlackBlock, path: string): string[] {
  const options = listOf(element.options);
  const groups = listOf(element.option_groups);
  const isFew = element.type === 'radio_buttons' || element.type === 'checkboxes';
  return [
    ...(lengthOf(element.action_id) === 0 ? [`${path}: action_id is missing`] : []),
    ...atMost(`${path}.action_id`, lengthOf(element.action_id), SLACK_LIMITS.id),
    ...atMost(`${path}.value`, lengthOf(element.value), SLACK_LIMITS.buttonValue),
    ...atMost(`${path}.url`, lengthOf(element.url), SLACK_LIMITS.url),
    ...atMost(
      `${path}.initial_value`,
      lengthOf(element.initial_value),
      typeof element.max_length === 'number' ? element.max_length : SLACK_LIMITS.inputText,
    ),
    ...(element.type === 'button' ? lintText(path, element.text, SLACK_LIMITS.buttonText) : []),
    ...(element.placeholder === undefined
      ? []
      : lintText(path, element.placeholder, SLACK_LIMITS.placeholder)),
    ...(element.confirm === undefined ? [] : lintConfirm(element.confirm as JsonObject, path)),
    ...atMost(`${path}.options`, options.length, isFew ? SLACK_LIMITS.radioOptions : SLACK_LIMITS.options),
    ...atMost(`${path}.option_groups`, groups.length, SLACK_LIMITS.optionGroups),
    ...groups.flatMap((group) => [
      ...lintText(path, group.label, SLACK_LIMITS.optionText),
      ...someOf(path, group.options, SLACK_LIMITS.options),
    ]),
    ...[...options, ...groups.flatMap((group) => listOf(group.options))].flatMap((option) => [
      ...lintText(`${path}.option`, option.text, SLACK_LIMITS.optionText),
      ...atMost(`${path}.option.value`, lengthOf(option.value), SLACK_LIMITS.optionValue),
    ]),
  ];
}

function lintConfirm(confirm: JsonObject, path: string): string[] {
  return [
    ...lintText(path, confirm.title, SLACK_LIMITS.confirmTitle),
    ...lintText(path, confirm.text, SLACK_LIMITS.confirmText),
    ...lintText(path, confirm.confirm, SLACK_LIMITS.confirmButton),
    ...lintText(path, confirm.deny, SLACK_LIMITS.confirmButton),
  ];
}

function lintTable(block: SlackBlock, path: string): string[] {
  const rows = (block.rows ?? []) as JsonObject[][];
  return [
    ...someOf(`${path}.rows`, rows as JsonValue, SLACK_LIMITS.tableRows),
    ...rows.flatMap((row) => someOf(`${path}.row`, row, SLACK_LIMITS.tableColumns)),
    ...(rows.some((row) => row.length !== rows[0]?.length) ? [`${path}: rows of different lengths`] : []),
    ...(rows.flat().some((cell) => cell.type === 'raw_text' && lengthOf(cell.text) === 0)
      ? [`${path}: empty cell`]
      : []),
    ...atMost(`${path}: text`, textLength(block), SLACK_LIMITS.tableText),
  ];
}

function lintChart(block: SlackBlock, path: string): string[] {
  const chart = block.chart as JsonObject;
  const series = listOf(chart.series);
  const segments = listOf(chart.segments);
  const axis = chart.axis_config as JsonObject | undefined;
  const categories = (axis?.categories ?? []) as string[];
  const labels = [...segments.map(({ label }) => label), ...series.map(({ name }) => name), ...categories];
  return [
    ...atMost(`${path}.title`, lengthOf(block.title), SLACK_LIMITS.chartTitle),
    ...someOf(`${path}.parts`, chart.type === 'pie' ? segments : series, SLACK_LIMITS.chartSeries),
    ...atMost(`${path}.categories`, categories.length, SLACK_LIMITS.chartPoints),
    ...labels.flatMap((label) => atMost(`${path}.label`, lengthOf(label), SLACK_LIMITS.chartLabel)),
    ...(new Set(labels).size < labels.length ? [`${path}: a label is used twice`] : []),
    ...(segments.some(({ value }) => Number(value) <= 0) ? [`${path}: a segment is not positive`] : []),
  ];
}

function lintText(path: string, text: JsonValue | undefined, limit: number): string[] {
  if (text === undefined || text === null) return [];
  const { type, text: words } = text as JsonObject;
  const isText = type === 'plain_text' || type === 'mrkdwn';
  return [
    ...(isText ? [] : [`${path}: ${asText(type)} is no text object`]),
    ...(lengthOf(words) === 0 ? [`${path}: empty text`] : []),
    ...atMost(path, lengthOf(words), limit),
    ...(type === 'mrkdwn' && hasMention(asText(words))
      ? [`${path}: a mention or broadcast came through`]
      : []),
  ];
}

/** `<!channel>`, `<@U1>`, `<#C1>`: nothing that we render may notify anybody. */
export function hasMention(mrkdwn: string): boolean {
  return /<[!@#]/.test(mrkdwn);
}

function uniqueActionIds(path: string, elements: JsonObject[]): string[] {
  const ids = elements.map(({ action_id: id }) => id);
  return new Set(ids).size < ids.length ? [`${path}: an action_id is used twice`] : [];
}

function atMost(path: string, count: number, limit: number): string[] {
  return count > limit ? [`${path}: ${count} > ${limit}`] : [];
}

function someOf(path: string, list: JsonValue | undefined, limit: number): string[] {
  const count = Array.isArray(list) ? list.length : 0;
  return count === 0 ? [`${path}: empty`] : atMost(path, count, limit);
}

function lengthOf(value: JsonValue | undefined): number {
  return typeof value === 'string' ? value.length : 0;
}

function listOf(value: JsonValue | undefined): SlackBlock[] {
  return Array.isArray(value) ? (value as SlackBlock[]) : [];
}

function countOf(blocks: SlackBlock[], type: string): number {
  return blocks.filter((block) => block.type === type).length;
}

/** Bytes of JSON, where every sign beyond ASCII may be written as an escape. */
export function sizeOf(value: JsonValue): number {
  const json = JSON.stringify(value);
  return json.length + 5 * (json.match(/[^\u0020-\u007e]/g)?.length ?? 0);
}

/** Characters that a reader sees of a block. */
export function textLength(value: JsonValue | undefined): number {
  if (value === null || typeof value !== 'object') return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  return Object.entries(value).reduce(
    (sum, [key, member]) =>
      sum + (key === 'text' && typeof member === 'string' ? member.length : textLength(member)),
    0,
  );
}
