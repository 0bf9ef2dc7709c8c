import { z } from 'zod';
import type { CallOrigin } from '../../gateway/model.js';
import {
  askByPrompt,
  promptedRequest,
  type PromptedModel,
  type PromptedRequest,
} from '../../gateway/prompts/ask-by-prompt.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import type { Written } from '../run/run.js';
import { checkSchema, deriveChecks, describeCheck, problemsOf, USUAL_CHECKS, type Check } from './checks.js';

export interface MindRequest {
  goal: string;
  origin: CallOrigin;
  locale: string;
  /** Same key, same call. */
  key: string;
  signal?: AbortSignal;
}

export interface Finding {
  /** Title of whoever wrote it. */
  by: string;
  text: string;
}

/** What a team decides as a whole, beside the work of its agents. */
export interface TeamMind {
  /** The checks for a result, written before there is one. */
  checks(request: MindRequest): Promise<{ checks: Check[] } & Written>;
  /** Whether a result is good enough, and what to change. */
  judge(
    request: MindRequest,
    text: string,
    checks: readonly Check[],
  ): Promise<{ problems: string[] } & Written>;
  /** One text from several. */
  merge(request: MindRequest, findings: readonly Finding[]): Promise<{ text: string } & Written>;
}

export const OFFLINE_MIND = 'offline/team';
const free: Written = { model: OFFLINE_MIND, costMicroUsd: 0 };

/**
 * A team without a model: its checks are those that the task's words ask for, a result is held to them by counting and
 * looking, and several results are put one under the other, each line once.
 */
export function createOfflineMind(): TeamMind {
  return {
    checks: ({ goal }) => Promise.resolve({ checks: [...USUAL_CHECKS, ...deriveChecks(goal)], ...free }),
    judge: (_request, text, checks) => Promise.resolve({ problems: problemsOf(text, checks), ...free }),
    merge: (_request, findings) => Promise.resolve({ text: oneUnderTheOther(findings), ...free }),
  };
}

/** Lines that several wrote stand once, with whoever wrote them first; what a model would add stands at the end. */
function oneUnderTheOther(findings: readonly Finding[]): string {
  const seen = new Set<string>();
  const notes: string[] = [];
  const parts = findings.map(({ by, text }) => {
    const own = text.split('\n').filter((line) => {
      const words = line.trim();
      if (/^_.+_$/.test(words)) {
        if (!notes.includes(words)) notes.push(words);
        return false;
      }
      if (words.length < 12) return true;
      if (seen.has(words)) return false;
      seen.add(words);
      return true;
    });
    const body = own
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim();
    return body === '' ? '' : `**${by}**\n\n${body}`;
  });
  return [...parts.filter(Boolean), ...notes].join('\n\n');
}

const verdictSchema = z.object({
  passed: z.boolean(),
  /** Each says what to change. */
  problems: z.array(z.string().trim().min(1).max(400)).max(10),
});
const checksSchema = z.object({ checks: z.array(checkSchema).max(12) });

/** A team with a model: what can be counted is still counted, the model adds what has to be understood. */
export function createModelMind(mind: PromptedModel): TeamMind {
  const request = (
    prompt: string,
    { goal, locale, origin, key, signal }: MindRequest,
    material: string,
  ): PromptedRequest => ({
    prompt,
    variables: { locale, notice: UNTRUSTED_NOTICE },
    user: `The task:\n${goal}${material ? `\n\n${material}` : ''}`,
    tier: 'standard',
    origin,
    callKey: key,
    signal,
  });
  const marked = (text: string, label: string, { key }: MindRequest): string =>
    markUntrusted({ text, origin: 'tool-result', label }, key);

  return {
    async checks(asked) {
      const written = await askByPrompt(mind, request('team-checks', asked, ''), checksSchema);
      const own = written.ok ? written.value.checks : [];
      return { checks: unique([...USUAL_CHECKS, ...deriveChecks(asked.goal), ...own]), ...spentOn(written) };
    },
    async judge(asked, text, checks) {
      const counted = problemsOf(text, checks);
      if (counted.length > 0) return { problems: counted, ...free };
      const material = `It already ${checks.map(describeCheck).join(', ')}.\n\n${marked(text, 'result', asked)}`;
      const judged = await askByPrompt(mind, request('team-judge', asked, material), verdictSchema);
      // a judge that cannot be understood is no reason to throw away what the counted checks let through
      const problems = judged.ok && !judged.value.passed ? judged.value.problems : [];
      return {
        problems:
          judged.ok && !judged.value.passed && problems.length === 0
            ? ['It does not do what was asked.']
            : problems,
        ...spentOn(judged),
      };
    },
    async merge(asked, findings) {
      const material = findings.map(({ by, text }) => marked(text, by, asked)).join('\n\n');
      const asking = promptedRequest(mind.prompts, request('team-merge', asked, material));
      const result = await mind.model.generate(asking);
      const text = result.text.trim();
      const { prompt, tenantId } = asking.origin;
      mind.prompts.note(prompt, tenantId, text === '' ? 'unusable' : 'usable');
      return { text: text || oneUnderTheOther(findings), ...spentOn({ ...result, prompt }) };
    },
  };
}

const spentOn = ({ model, costMicroUsd, prompt, besides }: Written): Written => ({
  model,
  costMicroUsd,
  prompt,
  besides,
});

const unique = (checks: readonly Check[]): Check[] => [
  ...new Map(checks.map((check) => [JSON.stringify(check).toLowerCase(), check])).values(),
];
