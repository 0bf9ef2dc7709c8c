import { escapeMarkdown } from '../../cards/escape-markdown.js';
import type { CardInput } from '../../cards/data.js';
import type { ConversationScope } from '../../core/kernel/conversation-reference.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { IngestLine, IngestOutcome } from '../../core/knowledge/ingest/ingest-report.js';
import { noticeContent, progressContent } from '../cards/plain-cards.js';
import { sayReasons } from './reasons.js';
import type { Texts } from '../texts.js';

/** How far one source is. */
export interface RefreshedSource {
  name: string;
  state: 'waiting' | 'active' | 'done' | 'failed';
  done: number;
  total: number;
  counts?: Record<IngestOutcome, number>;
  /** Lines of the report that somebody should read. */
  lines: IngestLine[];
  /** Why it ended early. */
  fault?: string;
}

const OUTCOMES: IngestOutcome[] = ['added', 'changed', 'unchanged', 'removed', 'refused', 'ignored'];
const MOST_STEPS = 30;
const MOST_LINES = 10;

/** How far each source is. */
export function refreshProgress(texts: Texts, locale: string, sources: RefreshedSource[]): OutboundContent {
  const steps = sources.slice(0, MOST_STEPS).map(({ name, state, done, total, counts, fault }) => {
    const files = texts.text('refresh.files', locale, { done, count: total });
    const detail = fault ?? (counts ? countsOf(texts, locale, counts) : total > 0 ? files : undefined);
    return { text: name, state, ...(detail !== undefined && { detail }) };
  });
  return progressContent(texts, locale, steps);
}

/** What came of it. Names of files are told to the administrator alone, since they may say what few may know. */
export function refreshReport(
  texts: Texts,
  locale: string,
  sources: RefreshedSource[],
  scope: ConversationScope,
): OutboundContent {
  if (sources.length === 0) return noticeContent(locale, { text: texts.text('refresh.none', locale) });
  const facts: NonNullable<CardInput<'notice'>['facts']> = sources
    .slice(0, MOST_STEPS)
    .map(({ name, fault, counts }) => ({
      title: name,
      value: fault ?? (counts ? countsOf(texts, locale, counts) : ''),
    }));
  const lines = sources.flatMap((source) => source.lines).filter(({ outcome }) => outcome === 'refused');
  const refused = lines.slice(0, MOST_LINES).map(({ path, reasons = [] }) => {
    const said = texts.text('file.refused', locale, {
      name: path,
      reason: sayReasons(texts, locale, reasons),
    });
    return `- ${escapeMarkdown(said)}`;
  });
  const more =
    lines.length > MOST_LINES
      ? [texts.text('refresh.more', locale, { count: lines.length - MOST_LINES })]
      : [];
  const failed = sources.some(({ fault }) => fault !== undefined);
  const content = noticeContent(locale, {
    title: texts.text('refresh.title', locale),
    text: [
      texts.text(failed ? 'refresh.failed' : 'refresh.done', locale),
      ...(scope === 'personal' ? [...refused, ...more] : []),
    ].join('\n'),
    tone: failed ? 'warning' : 'good',
    facts,
  });
  const told = facts.map(({ title, value }) => `- ${escapeMarkdown(`${title}: ${value}`)}`);
  return { ...content, text: [content.text, ...told].join('\n') };
}

function countsOf(texts: Texts, locale: string, counts: Record<IngestOutcome, number>): string {
  const parts = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) =>
    texts.text(`refresh.${outcome}`, locale, { count: counts[outcome] }),
  );
  return parts.length > 0 ? parts.join(', ') : texts.text('refresh.nothing', locale);
}
