import { cardContent } from '../../cards/data.js';
import type { ToolRegistry } from '../../core/agents/tools/registry.js';
import { isWish } from '../../core/agents/tools/read-wish.js';
import { mayDo } from '../../core/governance/permissions.js';
import type { Answer } from '../../core/kernel/answer.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { Texts } from '../texts.js';

export interface NoToolDependencies {
  registry: ToolRegistry;
  texts: Texts;
}

/** The tool that takes whatever no other one does. */
export const CATCH_ALL = 'ticket.create';
const LONGEST_WORDS = 4_000;

/**
 * For a wish that no tool fits and no document answers: what can be asked for, and a ticket with the person's words.
 * @returns undefined for a question, and for whoever may ask for nothing.
 */
export function wishContent(
  { registry, texts }: NoToolDependencies,
  turn: Turn,
  answer: Pick<Answer, 'id' | 'nearest'>,
): OutboundContent | undefined {
  const said = turn.activity.text;
  if (!registry.get(CATCH_ALL) || !mayDo(turn.person, 'tool:request') || !isWish(said)) return undefined;
  return noToolContent({ registry, texts }, turn, said, answer);
}

/** What Steward can be asked for, in place of something that it cannot do. */
export function noToolContent(
  { registry, texts }: NoToolDependencies,
  { locale }: Pick<Turn, 'locale'>,
  said: string,
  answer?: Pick<Answer, 'id' | 'nearest'>,
): OutboundContent {
  const title = texts.text('request.no-tool-title', locale);
  const tools = registry.all().map((tool) => `- ${texts.tools.title(tool, locale)}`);
  const text = [
    texts.text('request.no-tool', locale),
    tools.join('\n'),
    texts.text('request.no-tool-ticket', locale),
  ].join('\n\n');
  return {
    text: `**${title}.** ${text}`,
    card: cardContent('no-answer', {
      locale,
      title,
      text,
      nearestTitle: texts.text('no-answer.nearest', locale),
      // A document is worth showing only where it says something about it.
      nearest: (answer?.nearest ?? [])
        .filter(({ quote }) => quote !== undefined)
        .slice(0, 3)
        .map(({ path, title, quote }) => ({ title, path, quote })),
      askPerson: texts.text('no-answer.ask-person', locale),
      ticket: texts.text('request.ticket', locale),
      reference: { ...(answer && { answerId: answer.id }), text: said.slice(0, LONGEST_WORDS) },
    }),
  };
}
