import type { JsonObject } from '../../core/kernel/json.js';
import type { ConversionWarning } from './types.js';

/** A chart to be drawn. */
export interface ChartPicture {
  svg: string;
  title: string;
  /** Every figure in words, where there is room for them. */
  words: string;
}

/** What the parts of one conversion share. */
export interface Conversion {
  /** Unique in a channel's message; changes with each update, because Slack keeps state by block id. */
  instance: string;
  warnings: ConversionWarning[];
  /** Keeps what is too large for a button and returns a short key for it. */
  keep?: (payload: JsonObject) => string;
  /** Takes a picture that is to be uploaded, and returns what stands for it until then; without it none are drawn. */
  picture?: (picture: ChartPicture) => string;
  /** Counts action ids and block ids, which must differ. */
  next(): number;
  chartsLeft: number;
  tablesLeft: number;
  /** Some inputs exist in modals only. */
  isModal: boolean;
}

export function warn(
  conversion: Conversion,
  path: string,
  code: ConversionWarning['code'],
  detail: string,
): void {
  conversion.warnings.push({ path, code, detail });
}

/** Shortened with a visible mark, and said so. */
export function clamp(conversion: Conversion, path: string, text: string, limit: number): string {
  if (text.length <= limit) return text;
  warn(conversion, path, 'clamped', `${text.length} > ${limit}`);
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
