import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { actionBlocks, button } from './actions.js';
import { chartBlock, chartRows } from './charts.js';
import { clamp, warn, type Conversion } from './conversion.js';
import { inputBlocks } from './inputs.js';
import { mrkdwnPieces, plainText } from './mrkdwn.js';
import { tableBlocks } from './tables.js';
import { codeBlock, inlineText, list, mrkdwn, section, textBlocks } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';

/** Facts that still read well as fields; more become a table. */
const MOST_FIELDS = 30;

type Mapping = (element: JsonObject, conversion: Conversion, path: string, title: string) => SlackBlock[];

/** Every element that our templates use. What is not here is shown by its `fallback`, or dropped with a warning. */
const MAPPINGS: Record<string, Mapping> = {
  TextBlock: (element) => textBlocks(element),
  RichTextBlock: (element) => nonEmpty(inlineText(element)),
  Badge: (element) => [{ type: 'context', elements: [mrkdwn(inlineText(element))] }],
  FactSet: factBlocks,
  ColumnSet: columnSetBlocks,
  Container: containerBlocks,
  Table: tableBlocks,
  ActionSet: ({ actions }, conversion, path) => actionBlocks(list(actions), conversion, path),
  CodeBlock: ({ codeSnippet }) => [codeBlock(asText(codeSnippet ?? ''))],
  Image: imageBlocks,
};

/** Elements whose fallback is how Slack shows them, by design. */
const SHOWN_BY_FALLBACK = /^ProgressBar$/;

/** Elements one after the other; a separator becomes a divider. */
export function elementBlocks(elements: JsonObject[], conversion: Conversion, path: string): SlackBlock[] {
  const blocks: SlackBlock[] = [];
  let title = '';
  elements.forEach((element, index) => {
    const place = `${path}[${index}]`;
    const converted = convert(element, conversion, place, title);
    if (element.separator === true && blocks.length > 0 && converted.length > 0)
      blocks.push({ type: 'divider' });
    blocks.push(...converted);
    if (element.type === 'TextBlock') title = plainText(asText(element.text ?? ''));
  });
  return mergeRows(blocks);
}

function convert(element: JsonObject, conversion: Conversion, path: string, title: string): SlackBlock[] {
  const type = asText(element.type);
  const mapping = MAPPINGS[type];
  if (mapping) return mapping(element, conversion, path, title);
  if (type.startsWith('Input.')) return inputBlocks(element, conversion, path);
  if (type.startsWith('Chart.')) {
    const chart = chartBlock(element, title, conversion, path);
    if (chart) {
      const { block, rows } = chart;
      return [block, ...(rows ? tableBlocks({ rows }, conversion, path) : [])];
    }
    return chartTable(element, conversion, path, title);
  }
  if (isObject(element.fallback)) {
    if (!SHOWN_BY_FALLBACK.test(type)) warn(conversion, path, 'fallback', type);
    return convert(element.fallback, conversion, `${path}.fallback`, title);
  }
  warn(conversion, path, 'dropped', `${type} has no counterpart`);
  return [];
}

/** A chart's numbers: by the table that it brings along, else by one of our own. */
function chartTable(chart: JsonObject, conversion: Conversion, path: string, title: string): SlackBlock[] {
  if (isObject(chart.fallback)) return convert(chart.fallback, conversion, `${path}.fallback`, title);
  const rows = chartRows(chart);
  if (rows.length > 0) return tableBlocks({ rows }, conversion, path);
  warn(conversion, path, 'dropped', `${asText(chart.type)} has no numbers`);
  return [];
}

function factBlocks({ facts }: JsonObject, conversion: Conversion, path: string): SlackBlock[] {
  const pairs = list(facts).map(({ title, value }) => ({
    title: asText(title ?? ''),
    value: asText(value ?? ''),
  }));
  const cells = pairs.map(({ title, value }) => ({ title, value, pieces: fieldPieces(title, value) }));
  if (pairs.length > MOST_FIELDS) {
    const rows = pairs.map(({ title, value }) => ({
      cells: [title, value].map((text) => ({ items: [{ text }] })),
    }));
    return tableBlocks({ rows }, conversion, path);
  }
  const blocks: SlackBlock[] = [];
  let fields: SlackBlock[] = [];
  const flush = (): void => {
    if (fields.length > 0) blocks.push({ type: 'section', fields });
    fields = [];
  };
  for (const { pieces } of cells) {
    const [first = ''] = pieces;
    if (pieces.length > 1) {
      flush();
      blocks.push(...pieces.map(section));
    } else {
      fields.push(mrkdwn(first));
      if (fields.length === SLACK_LIMITS.fields) flush();
    }
  }
  flush();
  return blocks;
}

function fieldPieces(title: string, value: string): string[] {
  const words = value === '' ? '–' : value;
  return mrkdwnPieces(`**${title}**\n${words}`, SLACK_LIMITS.fieldText);
}

/** Columns of texts become one line, more lines under it; anything else is stacked. */
function columnSetBlocks(element: JsonObject, conversion: Conversion, path: string): SlackBlock[] {
  const columns = list(element.columns);
  const areTexts = columns.every(({ items }) =>
    list(items).every(({ type }) => type === 'TextBlock' || type === 'Badge' || type === 'RichTextBlock'),
  );
  if (!areTexts) {
    return columns.flatMap(({ items }, index) =>
      elementBlocks(list(items), conversion, `${path}.columns[${index}]`),
    );
  }
  const texts = columns.map(({ items }) =>
    list(items)
      .map(inlineText)
      .filter((text) => text !== ''),
  );
  const firstLine = texts.map(([first]) => first).filter((text) => text !== undefined);
  const rest = texts.flatMap((lines) => lines.slice(1));
  const isSubtle = columns.every(({ items }) => list(items).every(({ size }) => size === 'small'));
  const text = [joinColumns(firstLine), ...rest].join('\n');
  if (text.length > SLACK_LIMITS.sectionText) {
    return columns.flatMap(({ items }, index) =>
      elementBlocks(list(items), conversion, `${path}.columns[${index}]`),
    );
  }
  const blocks = isSubtle ? [{ type: 'context', elements: [mrkdwn(text)] }] : nonEmpty(text);
  return withSelectAction(blocks, element, conversion, path);
}

function joinColumns(texts: string[]): string {
  return texts.reduce((line, text, index) => {
    if (index === 0) return text;
    return plainText(line).length <= 2 ? `${line} ${text}` : `${line}   ${text}`;
  }, '');
}

function containerBlocks(element: JsonObject, conversion: Conversion, path: string): SlackBlock[] {
  const items = list(element.items);
  const action = isObject(element.selectAction) ? element.selectAction : undefined;
  if (action && isPrompt(items, action)) return actionBlocks([action], conversion, `${path}.selectAction`);
  if (action?.type === 'Action.OpenUrl') {
    return mergeTexts(elementBlocks(linked(items, asText(action.url ?? '')), conversion, `${path}.items`));
  }
  const blocks = mergeTexts(elementBlocks(items, conversion, `${path}.items`));
  return withSelectAction(
    element.isVisible === false ? blocks.flatMap(quoted) : blocks,
    element,
    conversion,
    path,
  );
}

/** A row that only says what its click says. */
function isPrompt(items: JsonObject[], action: JsonObject): boolean {
  const [only] = items;
  if (items.length !== 1 || action.type !== 'Action.Execute' || !only) return false;
  return (
    list(only.inlines)
      .map(({ text }) => asText(text))
      .join('') === action.title
  );
}

function linked([first, ...rest]: JsonObject[], url: string): JsonObject[] {
  if (first?.type !== 'TextBlock') return first ? [first, ...rest] : rest;
  return [
    { ...first, text: `[${asText(first.text ?? '')}](${url.replace(/[()]/g, encodeURIComponent)})` },
    ...rest,
  ];
}

/** What a card hides until it is asked for is shown as a quotation. */
function quoted(block: SlackBlock): SlackBlock[] {
  const texts = block.type === 'context' ? list(block.elements) : isObject(block.text) ? [block.text] : [];
  if (texts.length === 0) return [block];
  return texts.map(({ text }) => {
    const quote = asText(text).replace(/^/gm, '> ');
    return quote.length <= SLACK_LIMITS.sectionText ? section(quote) : section(asText(text));
  });
}

/** A row that can be clicked gets a button at its side. */
function withSelectAction(
  blocks: SlackBlock[],
  { selectAction }: JsonObject,
  conversion: Conversion,
  path: string,
): SlackBlock[] {
  if (!isObject(selectAction) || selectAction.type === 'Action.ToggleVisibility') return blocks;
  const [first, ...rest] = blocks;
  const accessory = button(selectAction, conversion, `${path}.selectAction`);
  if (!accessory) return blocks;
  return first?.type === 'section' && first.fields === undefined
    ? [{ ...first, accessory }, ...rest]
    : [...blocks, { type: 'actions', elements: [accessory] }];
}

function imageBlocks({ url, altText }: JsonObject, conversion: Conversion, path: string): SlackBlock[] {
  const address = asText(url ?? '');
  if (address.startsWith('https://') && address.length <= SLACK_LIMITS.url) {
    return [
      {
        type: 'image',
        image_url: address,
        alt_text: clamp(conversion, path, asText(altText ?? ''), SLACK_LIMITS.label) || '–',
      },
    ];
  }
  warn(conversion, path, 'dropped', 'a picture without a public address');
  return typeof altText === 'string' ? nonEmpty(altText) : [];
}

function nonEmpty(text: string): SlackBlock[] {
  return text.trim() === '' ? [] : [section(text)];
}

/** Texts of one container that follow each other share a block; a message has room for fifty. */
function mergeTexts(blocks: SlackBlock[]): SlackBlock[] {
  return merged(blocks, (last, block) => {
    if (!isPlainSection(last) || !isPlainSection(block)) return undefined;
    const text = `${textOf(last)}\n${textOf(block)}`;
    return text.length <= SLACK_LIMITS.sectionText ? section(text) : undefined;
  });
}

/** Elements that blocks of a type may share when they follow each other. */
const SHARED_BY: Record<string, number> = { actions: 5, context: SLACK_LIMITS.contextElements };

/** Rows of buttons and of small print that follow each other share a block. */
function mergeRows(blocks: SlackBlock[]): SlackBlock[] {
  return merged(blocks, (last, block) => {
    const most = SHARED_BY[block.type];
    if (last.type !== block.type || most === undefined) return undefined;
    const elements = [...list(last.elements), ...list(block.elements)];
    const fits = elements.length <= most && textSum(elements) <= SLACK_LIMITS.sectionText;
    return fits ? { ...last, elements } : undefined;
  });
}

function merged(
  blocks: SlackBlock[],
  join: (last: SlackBlock, block: SlackBlock) => SlackBlock | undefined,
): SlackBlock[] {
  const result: SlackBlock[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    const joined = last && join(last, block);
    if (joined) result[result.length - 1] = joined;
    else result.push(block);
  }
  return result;
}

function isPlainSection(block: SlackBlock): boolean {
  return block.type === 'section' && block.accessory === undefined && block.fields === undefined;
}

function textOf(block: SlackBlock): string {
  return asText((block.text as JsonObject).text);
}

function textSum(elements: JsonObject[]): number {
  return elements.reduce((sum, { text }) => sum + (typeof text === 'string' ? text.length : 0), 0);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
