import type { JsonObject, JsonValue } from '../../../core/kernel/json.js';
import { asText } from '../../../cards/as-text.js';

/**
 * What the Adaptive Card schema allows at version 1.5 (adaptivecards.io/explorer, read 2026-11), written down because
 * no package with the schema file is to be had. `!` marks what is required; a name in quotes is an enumeration.
 */
const COMMON = 'type! id isVisible separator spacing:spacing height:blockHeight fallback requires';
const INPUT = `${COMMON} id! label isRequired:boolean errorMessage`;
const ACTION =
  'type! id title iconUrl style:actionStyle fallback tooltip isEnabled:boolean mode:mode requires';

const TYPES: Record<string, string> = {
  AdaptiveCard:
    'type! $schema version lang fallbackText body:elements actions:actions refresh:refresh msteams speak selectAction:action style:containerStyle minHeight rtl:boolean verticalContentAlignment:vertical',
  TextBlock: `${COMMON} text! color:color fontType:fontType horizontalAlignment:horizontal isSubtle:boolean maxLines:number size:fontSize weight:weight wrap:boolean style:textStyle`,
  RichTextBlock: `${COMMON} inlines:runs! horizontalAlignment:horizontal`,
  TextRun:
    'type! text! color:color fontType:fontType highlight:boolean isSubtle:boolean italic:boolean selectAction:action size:fontSize strikethrough:boolean underline:boolean weight:weight',
  Image: `${COMMON} url! altText size:imageSize style:imageStyle width horizontalAlignment:horizontal selectAction:action`,
  FactSet: `${COMMON} facts:facts!`,
  ColumnSet: `${COMMON} columns:columns selectAction:action style:containerStyle bleed:boolean minHeight horizontalAlignment:horizontal`,
  Column: `${COMMON} items:elements width selectAction:action style:containerStyle bleed:boolean minHeight verticalContentAlignment:vertical`,
  Container: `${COMMON} items:elements! selectAction:action style:containerStyle bleed:boolean minHeight verticalContentAlignment:vertical`,
  ActionSet: `${COMMON} actions:actions!`,
  Table: `${COMMON} columns rows:rows firstRowAsHeaders:boolean showGridLines:boolean gridStyle:containerStyle horizontalCellContentAlignment:horizontal verticalCellContentAlignment:vertical`,
  TableRow:
    'type! cells:cells style:containerStyle horizontalCellContentAlignment:horizontal verticalCellContentAlignment:vertical',
  TableCell:
    'type! items:elements! selectAction:action style:containerStyle bleed:boolean minHeight verticalContentAlignment:vertical',
  'Input.Text': `${INPUT} value placeholder isMultiline:boolean maxLength:number regex style:inputStyle inlineAction:action`,
  'Input.Number': `${INPUT} value:number placeholder min:number max:number`,
  'Input.Date': `${INPUT} value placeholder min max`,
  'Input.Time': `${INPUT} value placeholder min max`,
  'Input.Toggle': `${INPUT} title! value valueOn valueOff wrap:boolean`,
  'Input.ChoiceSet': `${INPUT} choices:choices isMultiSelect:boolean style:choiceStyle value placeholder wrap:boolean`,
  'Action.Execute': `${ACTION} verb data associatedInputs:associated`,
  'Action.Submit': `${ACTION} data associatedInputs:associated`,
  'Action.OpenUrl': `${ACTION} url!`,
  'Action.ShowCard': `${ACTION} card:card!`,
  'Action.ToggleVisibility': `${ACTION} targetElements!`,
};

/** Elements of Teams beyond 1.5; allowed with a fallback only. */
const NEWER = /^(Badge|CodeBlock|ProgressBar|Chart\.(Pie|Line|VerticalBar|VerticalBar\.Grouped))$/;

const ENUMERATIONS: Record<string, string[]> = {
  spacing: ['default', 'none', 'small', 'medium', 'large', 'extraLarge', 'padding'],
  blockHeight: ['auto', 'stretch'],
  color: ['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'],
  fontType: ['default', 'monospace'],
  fontSize: ['default', 'small', 'medium', 'large', 'extraLarge'],
  weight: ['default', 'lighter', 'bolder'],
  textStyle: ['default', 'heading', 'columnHeader'],
  horizontal: ['left', 'center', 'right'],
  vertical: ['top', 'center', 'bottom'],
  containerStyle: ['default', 'emphasis', 'good', 'attention', 'warning', 'accent'],
  imageSize: ['auto', 'stretch', 'small', 'medium', 'large'],
  imageStyle: ['default', 'person'],
  inputStyle: ['text', 'tel', 'url', 'email', 'password'],
  choiceStyle: ['compact', 'expanded', 'filtered'],
  actionStyle: ['default', 'positive', 'destructive'],
  mode: ['primary', 'secondary'],
  associated: ['auto', 'none'],
};

/** What is wrong with a card by the schema of 1.5; empty when nothing is. */
export function checkCard(card: unknown): string[] {
  const ids = new Map<string, number>();
  const problems = checkObject(card as JsonObject, 'card', ids);
  const doubled = [...ids].filter(([, count]) => count > 1).map(([id]) => `the id ${id} is used twice`);
  return [...problems, ...doubled];
}

function checkObject(value: JsonObject, path: string, ids: Map<string, number>): string[] {
  const type = asText(value.type);
  if (typeof value.id === 'string' && !type.startsWith('Input.'))
    ids.set(value.id, (ids.get(value.id) ?? 0) + 1);
  const rules = TYPES[type];
  if (rules === undefined) return checkNewer(value, path);
  const allowed = new Map(
    rules.split(' ').map((rule) => {
      const [name = '', kind = ''] = rule.replace('!', '').split(':');
      return [name, kind];
    }),
  );
  const required = rules
    .split(' ')
    .filter((rule) => rule.endsWith('!'))
    .map((rule) => (rule.split(':')[0] ?? '').replace('!', ''));
  return [
    ...required.filter((name) => value[name] === undefined).map((name) => `${path}: ${type} needs ${name}`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const kind = allowed.get(name);
      const place = `${path}.${name}`;
      if (kind === undefined) return [`${place}: ${type} has no such property at 1.5`];
      return name === 'fallback' ? checkFallback(member, place) : checkMember(member, kind, place, ids);
    }),
  ];
}

function checkNewer(value: JsonObject, path: string): string[] {
  const type = asText(value.type);
  if (!NEWER.test(type)) return [`${path}: ${type} is no element of 1.5`];
  return value.fallback === undefined
    ? [`${path}: ${type} is newer than 1.5 and needs a fallback`]
    : checkFallback(value.fallback, `${path}.fallback`);
}

/** A fallback stands in the place of its element, so its ids are its own. */
function checkFallback(value: JsonValue, path: string): string[] {
  return value === 'drop' ? [] : checkObject(value as JsonObject, path, new Map());
}

function checkMember(value: JsonValue, kind: string, path: string, ids: Map<string, number>): string[] {
  const each = (check: (item: JsonObject, place: string) => string[]): string[] =>
    Array.isArray(value)
      ? value.flatMap((item, index) => check(item as JsonObject, `${path}[${index}]`))
      : [`${path}: must be a list`];
  const nested = (allowed: RegExp) => (item: JsonObject, place: string) =>
    allowed.test(asText(item.type)) || NEWER.test(asText(item.type))
      ? checkObject(item, place, ids)
      : [`${place}: ${asText(item.type)} may not stand here`];
  switch (kind) {
    case '':
      return [];
    case 'boolean':
    case 'number':
      return typeof value === kind ? [] : [`${path}: must be a ${kind}`];
    case 'elements':
      return each(
        nested(/^(TextBlock|RichTextBlock|Image|FactSet|ColumnSet|Container|ActionSet|Table|Input\..+)$/),
      );
    case 'columns':
      return each(nested(/^Column$/));
    case 'rows':
      return each(nested(/^TableRow$/));
    case 'cells':
      return each(nested(/^TableCell$/));
    case 'runs':
      return each(nested(/^TextRun$/));
    case 'actions':
      return [...each(nested(/^Action\..+$/)), ...tooManyPrimary(value, path)];
    case 'action':
      return /^Action\.(Execute|Submit|OpenUrl|ToggleVisibility)$/.test(asText((value as JsonObject).type))
        ? checkObject(value as JsonObject, path, ids)
        : [`${path}: no action that can be selected`];
    case 'card':
      return checkObject(value as JsonObject, path, ids);
    case 'refresh': {
      const { action, userIds, ...rest } = value as JsonObject;
      return [
        ...checkMember(action ?? {}, 'action', `${path}.action`, ids),
        ...(((userIds as string[] | undefined)?.length ?? 0) > 60 ? [`${path}.userIds: more than 60`] : []),
        ...Object.keys(rest).map((name) => `${path}.${name}: no such property`),
      ];
    }
    case 'facts':
      return each((item, place) => textMembers(item, ['title', 'value'], place));
    case 'choices':
      return each((item, place) => textMembers(item, ['title', 'value'], place));
    default:
      return ENUMERATIONS[kind]?.includes(asText(value))
        ? []
        : [`${path}: ${JSON.stringify(value)} is no ${kind}`];
  }
}

function tooManyPrimary(value: JsonValue, path: string): string[] {
  const primary = (value as JsonObject[]).filter(({ mode }) => mode !== 'secondary');
  return primary.length > 6 ? [`${path}: ${primary.length} buttons, Teams shows six`] : [];
}

function textMembers(item: JsonObject, names: string[], path: string): string[] {
  return Object.keys(item).length === names.length && names.every((name) => typeof item[name] === 'string')
    ? []
    : [`${path}: must have ${names.join(' and ')}, as texts`];
}
