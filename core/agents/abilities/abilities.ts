import { z } from 'zod';
import { findDangerousCommands, findDangerousSql } from '../../guardrails/output/dangerous-commands.js';
import { secretDetector } from '../../guardrails/pii/secrets.js';
import type { Answer } from '../../kernel/answer.js';
import { conversationKey, roomOf } from '../../kernel/conversation-reference.js';
import { THINKING_TOOLS, type Thinking, type ThinkingTool } from '../thinking/thinking.js';
import { defineTool, type AnyTool, type ToolContext } from '../tools/tool.js';
import { draftPlan } from './draft-plan.js';
import { deriveTests } from './derive-tests.js';
import { reviewText } from './review-text.js';

export interface AbilitiesDependencies {
  /** Red team, first principles, council. */
  thinking: Thinking;
  /** Answers from what the person, and everybody else in the conversation, may read. */
  ask(question: string, context: ToolContext): Promise<Answer>;
  /** Best passages for a query, under the same permissions. */
  passages(query: string, context: ToolContext): Promise<{ title: string; text: string }[]>;
  /** ISO 639-1; undefined where it cannot be told. */
  languageOf(text: string): string | undefined;
}

const text = (title: string) => z.string().trim().min(1).max(8_000).meta({ title });
const MAX_FIGURES = 12;

const THINKING: Record<ThinkingTool, { title: string; description: string }> = {
  'red-team': {
    title: 'Red team',
    description:
      'Attacks a plan or a claim as its smartest opponent would: weaknesses, how bad, how to check each.',
  },
  'first-principles': {
    title: 'First principles',
    description:
      'Takes a question apart into what is assumed and what is certainly true, and builds the answer anew.',
  },
  council: {
    title: 'Council',
    description:
      'Lets finance, security, operations, employees and customers judge a decision, and gives a verdict with dissent.',
  },
};

/** What agents can do by themselves: they only read and work out, so no rule has to be asked. */
export function agentAbilities({ ask, passages, thinking, languageOf }: AbilitiesDependencies): AnyTool[] {
  const ability = { risk: 'read' as const, idempotent: true, synonyms: [] };
  return [
    ...THINKING_TOOLS.map((tool) =>
      defineTool({
        ...ability,
        name: `think.${tool}`,
        ...THINKING[tool],
        parameters: z.strictObject({ subject: text('Subject') }),
        summarise: ({ subject }) => `${THINKING[tool].title}: ${subject}`,
        execute: async ({ subject }, context) => ({
          ok: true,
          summary: await thinking[tool]({
            subject,
            locale: context.locale,
            origin: {
              tenantId: context.tenantId,
              personId: context.requester.id,
              sessionId: conversationKey(context.origin),
              project: roomOf(context.origin),
              agent: context.agent,
              runId: context.runId,
              correlationId: context.correlationId,
              purpose: 'think',
            },
            passages: await passages(subject, context),
            signal: context.signal,
            key: context.idempotencyKey,
          }),
        }),
      }),
    ),
    defineTool({
      ...ability,
      name: 'knowledge.search',
      title: 'Search the documents',
      description: "Answers a question from the company's documents, with the sources.",
      parameters: z.strictObject({ query: text('Question') }),
      summarise: ({ query }) => `Search for "${query}"`,
      execute: async ({ query }, context) => {
        const answer = await ask(query, context);
        if (answer.answered) return { ok: true, summary: `${answer.text}\n\n${sourcesOf(answer)}` };
        const nearest = answer.nearest.map(({ title }) => title).join(', ');
        const hint = nearest ? ` The nearest documents: ${nearest}.` : '';
        return { ok: true, summary: `The documents do not say.${hint}` };
      },
    }),
    defineTool({
      ...ability,
      name: 'text.figures',
      title: 'Collect figures',
      description:
        'Lists the sentences of the documents that hold figures about a subject, with their titles.',
      parameters: z.strictObject({ query: text('Subject') }),
      summarise: ({ query }) => `Figures about "${query}"`,
      execute: async ({ query }, context) => {
        const found = (await passages(query, context)).flatMap((passage) =>
          sentencesOf(passage.text)
            .filter((sentence) => /\d/.test(sentence))
            .map((sentence) => `- ${sentence} *(${passage.title})*`),
        );
        const lines = [...new Set(found)].slice(0, MAX_FIGURES);
        return {
          ok: true,
          summary: lines.length > 0 ? lines.join('\n') : 'The documents hold no figures about that.',
        };
      },
    }),
    defineTool({
      ...ability,
      name: 'plan.draft',
      title: 'Draft a plan',
      description: 'Splits a goal into milestones with dates between today and its deadline.',
      parameters: z.strictObject({ goal: text('Goal') }),
      summarise: ({ goal }) => `Plan: ${goal}`,
      execute: ({ goal }, { now, locale }) => {
        // what is asked is nobody's goal: a plan for it would be made up
        if (/[?？]\s*$/.test(goal))
          return Promise.resolve({
            ok: true,
            summary: 'That is a question: name a goal, and it is split into milestones with dates.',
          });
        const lines = draftPlan(goal, now, locale).map(
          ({ name, due }) => `- **${due.toISOString().slice(0, 10)}** ${name}`,
        );
        return Promise.resolve({ ok: true, summary: lines.join('\n') });
      },
    }),
    defineTool({
      ...ability,
      name: 'test.derive',
      title: 'Derive test cases',
      description:
        'Turns requirements (must, may, at least, at most, numbers) into test cases with their limits.',
      parameters: z.strictObject({ text: text('Requirements') }),
      summarise: () => 'Test cases from requirements',
      execute: ({ text: requirements }) => {
        const cases = deriveTests(requirements);
        return Promise.resolve({
          ok: true,
          summary:
            cases.length > 0
              ? cases.map(({ name, expect }, index) => `${index + 1}. ${name} → ${expect}`).join('\n')
              : 'I find no requirement in that text: write what must, may or must not happen.',
        });
      },
    }),
    defineTool({
      ...ability,
      name: 'text.readability',
      title: 'Review a text',
      description:
        'Measures how easy a text is to read and names long sentences, passive voice and office words.',
      parameters: z.strictObject({ text: text('Text') }),
      summarise: () => 'Review of a text',
      execute: ({ text: reviewed }) =>
        Promise.resolve({ ok: true, summary: reviewText(reviewed, languageOf(reviewed)).join('\n') }),
    }),
    defineTool({
      ...ability,
      name: 'text.dangers',
      title: 'Look for dangers in a text',
      description: 'Finds secrets and dangerous commands in a text; secrets are named but not repeated.',
      parameters: z.strictObject({ text: text('Text') }),
      summarise: () => 'Secrets and dangerous commands in a text',
      execute: ({ text: scanned }) => Promise.resolve({ ok: true, summary: dangersOf(scanned) }),
    }),
  ];
}

const sentencesOf = (passage: string): string[] =>
  passage
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.replace(/^[-*•]\s+/, '').trim())
    .filter((sentence) => sentence.length > 8);

const sourcesOf = ({ citations }: Answer): string =>
  citations.map(({ number, title, path }) => `[${number}] ${title} (${path})`).join('\n');

/** A finding ends where the danger is certain; a reader wants to know what would be removed. */
const endOfWord = (whole: string, end: number): number =>
  end + (/^[^\s,;|&`"']*/.exec(whole.slice(end))?.[0].length ?? 0);

/** Dangerous commands that stand beside each other are found as one stretch. */
function commandsIn(found: string): string[] {
  const parts = found.split(/\s*(?:;|&&|\n)\s*/).filter(Boolean);
  return parts.every((part) => findDangerousCommands(part).length > 0) ? parts : [found];
}

function dangersOf(scanned: string): string {
  const secrets = secretDetector
    .find(scanned)
    .map(({ type }) => `- a secret (${type}); change it if it is real`);
  const commands = [...findDangerousCommands(scanned), ...findDangerousSql(scanned)].flatMap(
    ({ start, end, id }) =>
      commandsIn(scanned.slice(start, endOfWord(scanned, end))).map(
        (command) => `- \`${command.replaceAll('`', "'")}\` (${id})`,
      ),
  );
  const found = [...new Set([...secrets, ...commands])];
  return found.length > 0
    ? `Dangerous:\n${found.join('\n')}`
    : 'No secrets and no dangerous commands were found in the text.';
}
