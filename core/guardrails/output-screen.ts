import type { CountryCode } from 'libphonenumber-js';
import { failClosed, rememberLast } from './input-screen.js';
import { Intervals } from './intervals.js';
import { findDangerousCommands, findDangerousSql } from './output/dangerous-commands.js';
import type { OutputFinding } from './output/finding.js';
import { judgeGrounding, scoreGrounding, type Grounding, type GroundingJudge } from './output/grounding.js';
import { findPromptLeak, findPromptTalk, type Canaries } from './output/leaks.js';
import { findUnsafeLinks } from './output/links.js';
import { findToneProblems } from './output/tone.js';
import { findTopics } from './output/topics.js';
import { isWarnedOf } from './output/warnings.js';
import { createPiiScreen } from './pii/pii-screen.js';
import { ALWAYS_SECRET } from './pii/types.js';
import { defaultPolicy, type GuardrailPolicy } from './policy.js';
import type { Screen, ScreenContext, Span, Verdict, VerdictOutcome } from './screen.js';

export interface OutputScreenOptions {
  policy?: GuardrailPolicy | ((tenantId: string) => GuardrailPolicy);
  canaries?: (tenantId: string) => Canaries;
  /** System prompts and other private texts that an answer must not repeat. */
  privateTexts?: readonly string[];
  /** Judges a tenant's sentences that words alone cannot decide. */
  judge?: (tenantId: string) => GroundingJudge;
  countries?: CountryCode[];
}

export const OUTPUT_SCREEN_VERSION = 'output-1';

const SEVERITY: VerdictOutcome[] = ['pass', 'redact', 'review', 'block'];
const UNSUPPORTED_MARK = ' [not supported by the sources]';

interface Edit {
  start: number;
  end: number;
  with: string;
}

interface Category {
  name: 'danger' | 'leaks' | 'tone' | 'links' | 'topics';
  find(text: string, context: ScreenContext, rules: GuardrailPolicy): OutputFinding[];
}

/** The screen for every text that goes out. Fails closed like the input screen. */
export function createOutputScreen({
  policy = defaultPolicy(),
  canaries,
  privateTexts = [],
  judge,
  countries,
}: OutputScreenOptions = {}): Screen {
  const policyOf = typeof policy === 'function' ? policy : (): GuardrailPolicy => policy;
  const piiOf = rememberLast((rules: GuardrailPolicy) =>
    createPiiScreen({ ignore: rules.input.pii.leave, custom: rules.customPatterns, countries }),
  );
  const categories: Category[] = [
    {
      name: 'danger',
      find: (text) =>
        [...findDangerousCommands(text), ...findDangerousSql(text)].filter(
          (finding) => !isWarnedOf(text, finding),
        ),
    },
    {
      name: 'leaks',
      find: (text, { tenantId }) => [
        ...(canaries?.(tenantId).find(text) ?? []),
        ...findPromptLeak(text, privateTexts),
        ...findPromptTalk(text),
      ],
    },
    { name: 'tone', find: (text) => findToneProblems(text) },
    {
      name: 'links',
      find: (text, { passages, question = '' }, { output }) =>
        findUnsafeLinks(text, {
          allowedHosts: output.links.allowedHosts,
          onlyAllowedLinks: output.links.onlyAllowed,
          ...(passages && { sources: [...passages, question].join('\n') }),
        }),
    },
    {
      name: 'topics',
      find: (text, _context, { output }) =>
        findTopics(text, { topics: output.topics.not, competitors: output.topics.competitors }),
    },
  ];

  return {
    name: 'output',
    version: OUTPUT_SCREEN_VERSION,
    async check(text, context) {
      const rules = policyOf(context.tenantId);
      const edits: Edit[] = [];
      const verdict: Verdict = {
        outcome: 'pass',
        score: 0,
        reasons: [],
        text,
        spans: [],
        restore: {},
        version: `${OUTPUT_SCREEN_VERSION} ${rules.version}`,
      };
      for (const category of categories) applyCategory(category, text, context, rules, verdict, edits);
      applyPii(text, context, rules, piiOf(rules), verdict, edits);
      await applyGrounding(text, context, rules, judge?.(context.tenantId), verdict, edits);
      verdict.spans.sort((a, b) => a.start - b.start);
      if (!verdict.reasons.some((reason) => reason.endsWith('.failed')))
        verdict.text = applyEdits(text, edits);
      return verdict;
    },
  };
}

function raise(verdict: Verdict, outcome: VerdictOutcome): void {
  if (SEVERITY.indexOf(outcome) > SEVERITY.indexOf(verdict.outcome)) verdict.outcome = outcome;
}

function applyCategory(
  category: Category,
  text: string,
  context: ScreenContext,
  rules: GuardrailPolicy,
  verdict: Verdict,
  edits: Edit[],
): void {
  const { mode, action } = rules.output[category.name];
  if (mode === 'off') return;
  let findings: OutputFinding[];
  try {
    findings = category.find(text, context, rules);
  } catch {
    failClosed(verdict, category.name, mode);
    return;
  }
  for (const { id, start, end, risk } of findings) {
    verdict.score = Math.max(verdict.score, risk);
    if (!verdict.reasons.includes(id)) verdict.reasons.push(id);
    verdict.spans.push({ start, end, type: id });
    if (mode === 'observe') continue;
    raise(verdict, action);
    if (action === 'redact') edits.push({ start, end, with: `[removed: ${category.name}]` });
  }
}

function applyPii(
  text: string,
  context: ScreenContext,
  rules: GuardrailPolicy,
  screen: ReturnType<typeof createPiiScreen>,
  verdict: Verdict,
  edits: Edit[],
): void {
  const { mode } = rules.output.pii;
  if (mode === 'off') return;
  try {
    const sources = [...(context.passages ?? []), ...(context.quotes ?? [])];
    const known = [...sources, context.question ?? ''].join('\n');
    const leaks = screen.find(text).filter(
      // contact details that the reader's own sources hold are the answer, not a leak
      ({ start, end, type }: Span) => ALWAYS_SECRET.has(type) || !known.includes(text.slice(start, end)),
    );
    const counters = new Map<string, number>();
    for (const span of leaks) {
      const number = (counters.get(span.type) ?? 0) + 1;
      counters.set(span.type, number);
      verdict.spans.push(span);
      verdict.score = Math.max(verdict.score, ALWAYS_SECRET.has(span.type) ? 0.7 : 0.4);
      const reason = `pii.${span.type.toLowerCase()}`;
      if (!verdict.reasons.includes(reason)) verdict.reasons.push(reason);
      if (mode === 'observe') continue;
      raise(verdict, 'redact');
      const placeholder = freePlaceholder(text, span.type, number);
      verdict.restore[placeholder] = text.slice(span.start, span.end);
      edits.push({ start: span.start, end: span.end, with: placeholder });
    }
  } catch {
    failClosed(verdict, 'pii', mode);
  }
}

function freePlaceholder(text: string, type: string, from: number): string {
  let number = from;
  while (text.includes(`[${type}_${number}]`)) number += 1_000;
  return `[${type}_${number}]`;
}

async function applyGrounding(
  text: string,
  context: ScreenContext,
  rules: GuardrailPolicy,
  judge: GroundingJudge | undefined,
  verdict: Verdict,
  edits: Edit[],
): Promise<void> {
  const { mode, bar, below } = rules.output.grounding;
  if (mode === 'off' || context.passages === undefined) return;
  let grounding: Grounding;
  try {
    grounding = judge
      ? await judgeGrounding(text, context.passages, context.question, judge)
      : scoreGrounding(text, context.passages, context.question);
  } catch {
    failClosed(verdict, 'grounding', mode);
    return;
  }
  verdict.grounding = grounding.score;
  const marked = (start: number, end: number): boolean =>
    text
      .slice(end, end + 80)
      .trimStart()
      .startsWith(UNSUPPORTED_MARK.trim()) || text.slice(start, end).endsWith(UNSUPPORTED_MARK.trim());
  const weak = grounding.sentences.filter(({ score, start, end }) => score < bar && !marked(start, end));
  if (weak.length === 0) return;
  verdict.reasons.push('grounding.below-bar');
  for (const { start, end } of weak) verdict.spans.push({ start, end, type: 'grounding.below-bar' });
  if (mode === 'observe') return;
  if (below === 'review') raise(verdict, 'review');
  else {
    raise(verdict, 'redact');
    for (const { start, end } of weak) {
      edits.push(below === 'mark' ? { start: end, end, with: UNSUPPORTED_MARK } : { start, end, with: '' });
    }
  }
}

/** Applies edits in one pass; of two that overlap the larger wins, marks are always set. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  const replacements = new Intervals<Edit>();
  const largestFirst = edits
    .filter(({ start, end }) => end > start)
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  for (const edit of largestFirst) replacements.add(edit);
  const marks = edits.filter(({ start, end }) => end === start);
  const ordered = [...replacements.list(), ...marks].sort((a, b) => a.start - b.start || a.end - b.end);
  let edited = '';
  let at = 0;
  for (const { start, end, with: replacement } of ordered) {
    if (start > at) edited += text.slice(at, start);
    edited += replacement;
    at = Math.max(at, end);
  }
  return edited + text.slice(at);
}
