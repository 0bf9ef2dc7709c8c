import { StewardError } from '../../core/kernel/errors.js';
import { reasonOf, type Reason } from '../../core/knowledge/ingest/reason.js';
import type { Texts } from '../texts.js';

/** Why a file was not taken in, and what to do, in the reader's language. */
export const sayReasons = (texts: Texts, locale: string, reasons: readonly Reason[]): string =>
  reasons.map(({ code, parameters }) => texts.text(`reason.${code}`, locale, parameters)).join(' ');

/** Why a source could not be taken in; a fault that says nothing to a reader is told as such. */
export function sayFault(texts: Texts, locale: string, error: unknown): string {
  if (!(error instanceof StewardError)) return texts.text('error.unexpected', locale);
  const why = reasonOf(error);
  return why.code === 'unusable' ? texts.text(error.userText, locale) : sayReasons(texts, locale, [why]);
}
