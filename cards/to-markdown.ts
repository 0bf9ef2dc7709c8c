import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import type { AdaptiveCard } from './adaptive-card.js';
import { asText } from './as-text.js';

/**
 * A card as markdown, for channels without cards and for e-mail: headings, lists, tables, quotations and links. Buttons
 * that need a click are named in the last line; a hidden part is shown.
 */
export function toMarkdown(card: AdaptiveCard): string {
  const parts = [...card.body.flatMap(elementText), actionText(list(card.actions))];
  return parts
    .filter((part) => part.trim() !== '')
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n');
}

function elementText(element: JsonObject): string[] {
  switch (element.type) {
    case 'TextBlock':
      return [textBlock(element)];
    case 'RichTextBlock':
      return [
        list(element.inlines)
          .map(({ text }) => asText(text ?? ''))
          .join(''),
      ];
    case 'CodeBlock':
      return [`\`\`\`\n${asText(element.codeSnippet ?? '')}\n\`\`\``];
    case 'Badge':
      return [`**${asText(element.text ?? '')}**`];
    case 'FactSet':
      return [
        list(element.facts)
          .map(({ title, value }) => `- **${asText(title)}:** ${oneLine(value)}`)
          .join('\n'),
      ];
    case 'ColumnSet':
      return [columnSet(element)];
    case 'Container':
      return container(element);
    case 'Table':
      return [table(element)];
    case 'ActionSet':
      return [actionText(list(element.actions))];
    case 'Image':
      return [`[${asText(element.altText ?? element.url ?? '')}](${asText(element.url ?? '')})`];
    default:
      return otherText(element);
  }
}

function otherText(element: JsonObject): string[] {
  if (asText(element.type).startsWith('Input.')) return [inputText(element)];
  const { fallback } = element;
  return typeof fallback === 'object' && fallback !== null && !Array.isArray(fallback)
    ? elementText(fallback)
    : [];
}

function textBlock({ text, style, size, weight }: JsonObject): string {
  const words = asText(text ?? '');
  if (words.trim() === '') return '';
  if (style === 'heading') return `${size === 'large' ? '##' : '###'} ${oneLine(words)}`;
  return weight === 'bolder' && !words.includes('**') ? `**${words}**` : words;
}

/** Columns side by side, as one line; further lines of a column stand under it. */
function columnSet({ columns, selectAction }: JsonObject): string {
  const texts = list(columns).map(({ items }) =>
    list(items)
      .flatMap(elementText)
      .filter((text) => text !== ''),
  );
  const first = texts.map(([line]) => line).filter((line) => line !== undefined);
  const rest = texts.flatMap((lines) => lines.slice(1));
  const line = linked(first.join(' '), selectAction);
  return [line, ...rest].join('\n\n');
}

function container({ items, selectAction, isVisible }: JsonObject): string[] {
  const [first = '', ...rest] = list(items).flatMap(elementText);
  const texts = [linked(first, selectAction), ...rest].filter((text) => text !== '');
  if (isVisible !== false) return texts;
  return [texts.join('\n\n').replace(/^/gm, '> ')];
}

function linked(text: string, action: JsonValue | undefined): string {
  const url =
    typeof action === 'object' && action !== null && !Array.isArray(action) ? action.url : undefined;
  return typeof url === 'string' && text !== '' && !text.includes('](') ? `[${text}](${url})` : text;
}

function table({ rows }: JsonObject): string {
  const cells = list(rows).map((row) =>
    list(row.cells).map((cell) => list(cell.items).map(cellText).join(' ')),
  );
  const [header = [], ...body] = cells;
  const line = (row: string[]): string => `| ${row.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...body.map(line)].join('\n');
}

function cellText({ text }: JsonObject): string {
  return oneLine(text).replaceAll('|', '\\|');
}

function inputText({ label, title, id, isRequired, choices }: JsonObject): string {
  const names = list(choices).map((choice) => asText(choice.title));
  const among = names.length > 0 ? ` (${names.join(', ')})` : '';
  return `- ${asText(label ?? title ?? id)}${isRequired === true ? ' *' : ''}${among}: ____`.replace(
    ' *',
    ' \\*',
  );
}

function actionText(actions: JsonObject[]): string {
  return actions
    .map(({ type, title, url }) =>
      type === 'Action.OpenUrl' ? `[${asText(title)}](${asText(url)})` : `\\[${asText(title)}\\]`,
    )
    .join(' ');
}

function oneLine(value: JsonValue | undefined): string {
  return asText(value ?? '').replace(/\s*\n\s*/g, ' ');
}

function list(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
