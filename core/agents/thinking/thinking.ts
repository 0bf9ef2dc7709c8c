import { z } from 'zod';
import type { CallOrigin } from '../../gateway/model.js';
import { askByPrompt, type PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import type { PromptVariables } from '../../gateway/prompts/registry.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import { describeError } from '../../kernel/errors.js';
import { examine, type Examined } from './examine.js';

export const THINKING_TOOLS = ['red-team', 'first-principles', 'council'] as const;
export type ThinkingTool = (typeof THINKING_TOOLS)[number];

export interface ThinkingRequest {
  /** A plan, a claim or a question to decide. */
  subject: string;
  origin: CallOrigin;
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

/** Who sits in the council and what each looks after. */
export const PERSPECTIVES = [
  ['Finance', 'money: cost now and later, what is not counted, what happens when it takes twice as long'],
  ['Security and law', 'risk: data, duties, what an attacker or an auditor would find'],
  ['Operations', 'work: who does it, what breaks on Monday morning, how it is undone'],
  ['Employees', 'people: who gains, who loses, what nobody dares to say'],
  ['Customers', 'value: what changes for those who pay, and whether they asked for it'],
] as const;

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

type Opinion = { name: string } & z.output<typeof opinionSchema>;

/** With a model it argues; without one, or while it gives nothing usable, it shows what can be found without judging. */
export function createThinking(mind: PromptedModel | undefined): Thinking {
  const asked =
    (tool: ThinkingTool, argue: (ask: Ask, request: ThinkingRequest) => Promise<string | undefined>) =>
    async (request: ThinkingRequest): Promise<string> => {
      const examined = examine(request.subject);
      if (!mind) return offline(tool, examined, request, OFFLINE_NOTE[tool]);
      try {
        const argued = await argue(askWith(mind, request), request);
        if (argued !== undefined) return argued;
      } catch (error) {
        if (request.signal?.aborted) throw error;
        return offline(
          tool,
          examined,
          request,
          `The model does not answer (${describeError(error)}). ${OFFLINE_NOTE[tool]}`,
        );
      }
      return offline(tool, examined, request, `The model gave nothing usable. ${OFFLINE_NOTE[tool]}`);
    };
  return {
    'red-team': asked('red-team', redTeam),
    'first-principles': asked('first-principles', firstPrinciples),
    council: asked('council', council),
  };
}

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

async function redTeam(ask: Ask): Promise<string | undefined> {
  const found = await ask('red-team', redTeamSchema, { tier: 'heavy' });
  if (!found) return undefined;
  const order = ['high', 'medium', 'low'];
  const attacks = [...found.attacks].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return [
    '**Red team**',
    attacks
      .map(
        ({ weakness, attack, severity, check }, index) =>
          `${index + 1}. **${weakness}** (${severity}): ${attack} *Check:* ${check}`,
      )
      .join('\n'),
    `**What survives:** ${found.survives}`,
  ].join('\n\n');
}

async function firstPrinciples(ask: Ask): Promise<string | undefined> {
  const found = await ask('first-principles', principlesSchema, { tier: 'heavy' });
  if (!found) return undefined;
  return [
    '**First principles**',
    `**Taken for granted**\n${found.assumptions.map(({ text, kind }) => `- ${text} *(${kind})*`).join('\n')}`,
    `**Certainly true**\n${found.basics.map((text) => `- ${text}`).join('\n')}`,
    `**Built anew:** ${found.rebuilt}`,
  ].join('\n\n');
}

/** Everybody votes without hearing the others; the chair weighs; who voted otherwise is named as dissent, whatever the chair says. */
async function council(ask: Ask, { onStep }: ThinkingRequest): Promise<string | undefined> {
  const heard = await Promise.all(
    PERSPECTIVES.map(async ([name, concern]): Promise<Opinion | undefined> => {
      const opinion = await ask('council-member', opinionSchema, { variables: { name, concern }, key: name });
      onStep?.(name);
      return opinion && { name, ...opinion };
    }),
  );
  const opinions = heard.filter((opinion) => opinion !== undefined);
  if (opinions.length < 2) return undefined;
  const said = opinions.map(({ name, vote, reason }) => `${name}: ${vote}. ${reason}`).join('\n');
  const verdict = await ask('council-chair', verdictSchema, {
    tier: 'heavy',
    said: `Opinions:\n${said}`,
    key: 'chair',
  });
  if (!verdict) return undefined;
  const dissent = opinions.filter(({ vote }) => vote !== verdict.verdict);
  const absent = PERSPECTIVES.filter(([name]) => opinions.every((opinion) => opinion.name !== name));
  return [
    '**Council**',
    opinions
      .map(
        ({ name, vote, reason, condition }) =>
          `- **${name}** (${vote}): ${reason}${condition ? ` *If:* ${condition}` : ''}`,
      )
      .join('\n'),
    `**Verdict: ${verdict.verdict}.** ${verdict.reason}`,
    dissent.length > 0
      ? `**Dissent:** ${dissent.map(({ name, vote, reason }) => `${name} (${vote}): ${reason}`).join(' ')}`
      : '**Dissent:** none.',
    ...(absent.length > 0 ? [`*Not heard:* ${absent.map(([name]) => name).join(', ')}.`] : []),
    `**Next:** ${verdict.next}`,
  ].join('\n\n');
}

const OFFLINE_NOTE: Record<ThinkingTool, string> = {
  'red-team':
    '_Without a model I only point at what to attack. A model would attack it and say what survives._',
  'first-principles':
    '_Without a model I only list what stands there as given. A model would tell facts from conventions and build the answer anew._',
  council:
    '_Without a model there is no verdict: these are the questions that each perspective would ask. A model would let each argue, vote, and name the dissent._',
};

function offline(
  tool: ThinkingTool,
  examined: Examined,
  { passages }: ThinkingRequest,
  note: string,
): string {
  const list = (title: string, lines: string[]): string[] =>
    lines.length > 0 ? [`**${title}**\n${lines.map((each) => `- ${each}`).join('\n')}`] : [];
  const { absolutes, figures, causes, hedges, people } = examined;
  const documents = list(
    'What the documents say of it',
    passages
      .slice(0, 3)
      .map(({ title, text }) => `${text.slice(0, 220).trim()}${text.length > 220 ? ' …' : ''} *(${title})*`),
  );
  const parts: Record<ThinkingTool, string[]> = {
    'red-team': [
      '**Red team**',
      ...list('Claims without an exception: find one', absolutes),
      ...list('Figures: who measured them, and when?', figures),
      ...list('Causes that are asserted: what else could it be?', causes),
      ...list('Hopes: what if not?', hedges),
      ...list('Ask of every plan', [
        'Who would want this to fail, and what would they do first?',
        'What is the worst that happens on a normal day, and who notices?',
        'How is it undone, and until when?',
      ]),
    ],
    'first-principles': [
      '**First principles**',
      ...list('Taken for granted', [...absolutes, ...causes, ...hedges].slice(0, 8)),
      ...list('Figures to derive or to drop', figures),
      ...list('Ask of each', [
        'Is it a law, a fact, a rule of ours, or a habit?',
        'What would be true if it were not?',
        'What is really needed, without naming a solution?',
      ]),
    ],
    council: [
      '**Council**',
      ...list(
        'What each would ask',
        PERSPECTIVES.map(([name, concern]) => `**${name}** looks after ${concern}.`),
      ),
      ...list('Figures that Finance would ask for proof of', figures),
      ...list('Who is named and should be heard', people),
    ],
  };
  return [...parts[tool], ...documents, note].join('\n\n');
}
