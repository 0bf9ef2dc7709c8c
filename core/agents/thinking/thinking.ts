import { z } from 'zod';
import type { CallOrigin } from '../../gateway/model.js';
import { askByPrompt, type PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import type { PromptVariables } from '../../gateway/prompts/registry.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import { StewardError } from '../../kernel/errors.js';
import { examine, type Examined } from './examine.js';
import { thinkingWords, type ThinkingWords } from './thinking-words.js';

export const THINKING_TOOLS = ['red-team', 'first-principles', 'council'] as const;
export type ThinkingTool = (typeof THINKING_TOOLS)[number];

export interface ThinkingRequest {
  /** A plan, a claim or a question to decide. */
  subject: string;
  origin: CallOrigin;
  /** Language of what a person reads; BCP 47, English without it. */
  locale?: string;
  /** What the documents say of it, as far as the person may read them. */
  passages: { title: string; text: string }[];
  signal?: AbortSignal;
  /** Same key, same calls: what was thought once is not paid for again where the endpoint knows such keys. */
  key?: string;
  /** Told what is being done, for a status line. */
  onStep?(step: string): void;
}

/** Ways of looking at something from outside. Markdown out. */
export type Thinking = Record<ThinkingTool, (request: ThinkingRequest) => Promise<string>>;

/** Who sits in the council and what each looks after, in the language that a model is asked in. */
export const PERSPECTIVES = thinkingWords('en').perspectives;

const line = z.string().trim().min(1).max(500);
const redTeamSchema = z.object({
  attacks: z
    .array(
      z.object({ weakness: line, attack: line, severity: z.enum(['high', 'medium', 'low']), check: line }),
    )
    .min(1)
    .max(8),
  survives: line,
});
const principlesSchema = z.object({
  assumptions: z
    .array(z.object({ text: line, kind: z.enum(['fact', 'convention', 'guess']) }))
    .min(1)
    .max(10),
  basics: z.array(line).min(1).max(6),
  rebuilt: line,
});
const opinionSchema = z.object({
  vote: z.enum(['for', 'against', 'depends']),
  reason: line,
  condition: line.optional(),
});
const verdictSchema = z.object({ verdict: z.enum(['for', 'against', 'depends']), reason: line, next: line });

type Opinion = { name: string; /** As a person reads it. */ shown: string } & z.output<typeof opinionSchema>;

/** With a model it argues; without one, or while it gives nothing usable, it shows what can be found without judging. */
export function createThinking(mind: PromptedModel | undefined): Thinking {
  const asked =
    (
      tool: ThinkingTool,
      argue: (ask: Ask, request: ThinkingRequest, words: ThinkingWords) => Promise<string | undefined>,
    ) =>
    async (request: ThinkingRequest): Promise<string> => {
      const words = thinkingWords(request.locale ?? 'en');
      const without = (why = ''): string =>
        offline(tool, words, examine(request.subject), request, `${why} ${words.noModel[tool]}`.trim());
      if (!mind) return without();
      try {
        return (await argue(askWith(mind, request), request, words)) ?? without(words.nothingUsable);
      } catch (error) {
        if (request.signal?.aborted || !(error instanceof StewardError)) throw error;
        return without(whyNot(error, words));
      }
    };
  return {
    'red-team': asked('red-team', redTeam),
    'first-principles': asked('first-principles', firstPrinciples),
    council: asked('council', council),
  };
}

const whyNot = ({ code }: StewardError, words: ThinkingWords): string =>
  code === 'gateway.budget' ? words.budgetUsed : words.modelDown;

type Ask = <Schema extends z.ZodType>(
  prompt: string,
  schema: Schema,
  more?: { variables?: PromptVariables; tier?: 'light' | 'standard' | 'heavy'; said?: string; key?: string },
) => Promise<z.output<Schema> | undefined>;

function askWith(
  mind: PromptedModel,
  { subject, origin, passages, signal, key: uses }: ThinkingRequest,
): Ask {
  const sources = passages
    .map(({ title, text }) => markUntrusted({ text, origin: 'document', label: title }, origin.correlationId))
    .join('\n\n');
  return async (prompt, schema, { variables = {}, tier = 'standard', said = '', key = '' } = {}) => {
    const read = await askByPrompt(
      mind,
      {
        prompt,
        variables: { ...variables, notice: UNTRUSTED_NOTICE },
        user: [sources && `What the documents say:\n${sources}`, `Subject: ${subject}`, said]
          .filter(Boolean)
          .join('\n\n'),
        tier,
        origin: { ...origin, purpose: 'think' },
        signal,
        callKey: uses && `${uses}:${key}`,
      },
      schema,
    );
    return read.ok ? read.value : undefined;
  };
}

async function redTeam(
  ask: Ask,
  _request: ThinkingRequest,
  words: ThinkingWords,
): Promise<string | undefined> {
  const found = await ask('red-team', redTeamSchema, { tier: 'heavy' });
  if (!found) return undefined;
  const order = ['high', 'medium', 'low'];
  const attacks = [...found.attacks].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return [
    `**${words['red-team']}**`,
    attacks
      .map(
        ({ weakness, attack, severity, check }, index) =>
          `${index + 1}. **${weakness}** (${words.severities[severity]}): ${attack} *${words.check}:* ${check}`,
      )
      .join('\n'),
    `**${words.survives}:** ${found.survives}`,
  ].join('\n\n');
}

async function firstPrinciples(
  ask: Ask,
  _request: ThinkingRequest,
  words: ThinkingWords,
): Promise<string | undefined> {
  const found = await ask('first-principles', principlesSchema, { tier: 'heavy' });
  if (!found) return undefined;
  return [
    `**${words['first-principles']}**`,
    `**${words.assumed}**\n${found.assumptions.map(({ text, kind }) => `- ${text} *(${words.kinds[kind]})*`).join('\n')}`,
    `**${words.certain}**\n${found.basics.map((text) => `- ${text}`).join('\n')}`,
    `**${words.rebuilt}:** ${found.rebuilt}`,
  ].join('\n\n');
}

/**
 * Everybody votes without hearing the others; the chair weighs; who voted otherwise is named as dissent, whatever the chair
 * says. Whoever cannot be asked is not heard; opinions that were given are shown though nobody can weigh them any more.
 */
async function council(
  ask: Ask,
  { onStep, signal }: ThinkingRequest,
  words: ThinkingWords,
): Promise<string | undefined> {
  let fault: StewardError | undefined;
  const missed = (error: unknown): undefined => {
    if (signal?.aborted || !(error instanceof StewardError)) throw error;
    fault = error;
  };
  const heard = await Promise.all(
    PERSPECTIVES.map(async ([name, concern], place): Promise<Opinion | undefined> => {
      const about = { variables: { name, concern }, key: name };
      const opinion = await ask('council-member', opinionSchema, about).catch(missed);
      const shown = words.perspectives[place]?.[0] ?? name;
      if (opinion) onStep?.(shown);
      return opinion && { name, shown, ...opinion };
    }),
  );
  const opinions = heard.filter((opinion) => opinion !== undefined);
  if (opinions.length < 2) {
    if (fault) throw fault;
    return undefined;
  }
  const said = opinions.map(({ name, vote, reason }) => `${name}: ${vote}. ${reason}`).join('\n');
  const verdict = await ask('council-chair', verdictSchema, {
    tier: 'heavy',
    said: `Opinions:\n${said}`,
    key: 'chair',
  }).catch(missed);
  return verdictShown(opinions, verdict, fault ? whyNot(fault, words) : words.nothingUsable, words);
}

function verdictShown(
  opinions: Opinion[],
  verdict: z.output<typeof verdictSchema> | undefined,
  why: string,
  words: ThinkingWords,
): string {
  const absent = words.perspectives.filter(([shown]) => !opinions.some((opinion) => opinion.shown === shown));
  const heard = [
    `**${words.council}**`,
    opinions
      .map(
        ({ shown, vote, reason, condition }) =>
          `- **${shown}** (${words.votes[vote]}): ${reason}${condition ? ` *${words.condition}:* ${condition}` : ''}`,
      )
      .join('\n'),
  ];
  const notHeard =
    absent.length > 0 ? [`*${words.notHeard}:* ${absent.map(([name]) => name).join(', ')}.`] : [];
  if (!verdict) return [...heard, ...notHeard, `_${why} ${words.noVerdict}_`].join('\n\n');
  const dissent = opinions.filter(({ vote }) => vote !== verdict.verdict);
  return [
    ...heard,
    `**${words.verdict}: ${words.votes[verdict.verdict]}.** ${verdict.reason}`,
    dissent.length > 0
      ? `**${words.dissent}:** ${dissent.map(({ shown, vote, reason }) => `${shown} (${words.votes[vote]}): ${reason}`).join(' ')}`
      : `**${words.dissent}:** ${words.none}.`,
    ...notHeard,
    `**${words.next}:** ${verdict.next}`,
  ].join('\n\n');
}

function offline(
  tool: ThinkingTool,
  words: ThinkingWords,
  { absolutes, figures, causes, hedges, people }: Examined,
  { passages }: ThinkingRequest,
  note: string,
): string {
  const list = (title: string, lines: string[]): string[] =>
    lines.length > 0 ? [`**${title}**\n${lines.map((each) => `- ${each}`).join('\n')}`] : [];
  const documents = list(
    words.documents,
    passages
      .slice(0, 3)
      .map(({ title, text }) => `${text.slice(0, 220).trim()}${text.length > 220 ? ' …' : ''} *(${title})*`),
  );
  const parts: Record<ThinkingTool, string[]> = {
    'red-team': [
      ...list(words.absolutes, absolutes),
      ...list(words.figures, figures),
      ...list(words.causes, causes),
      ...list(words.hopes, hedges),
      ...list(words.askPlan, words.planQuestions),
    ],
    'first-principles': [
      ...list(words.assumed, [...absolutes, ...causes, ...hedges].slice(0, 8)),
      ...list(words.derive, figures),
      ...list(words.askEach, words.eachQuestions),
    ],
    council: [
      ...list(
        words.wouldAsk,
        words.perspectives.map(([name, concern]) => `**${name}** ${words.looksAfter} ${concern}.`),
      ),
      ...list(words.proof, figures),
      ...list(words.named, people),
    ],
  };
  return [`**${words[tool]}**`, ...parts[tool], ...documents, `_${note}_`].join('\n\n');
}
