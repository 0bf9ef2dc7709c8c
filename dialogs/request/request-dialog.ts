import { z } from 'zod';
import { callTool, type CallAnswer, type CallToolDeps } from '../../core/agents/tools/call-tool.js';
import { coerceInputs } from '../../core/agents/tools/coerce-inputs.js';
import { findTools, type FoundTool } from '../../core/agents/tools/find-tool.js';
import { isWish } from '../../core/agents/tools/read-wish.js';
import { readParameters } from '../../core/agents/tools/read-parameters.js';
import type { ToolRegistry } from '../../core/agents/tools/registry.js';
import type { AnyTool } from '../../core/agents/tools/tool.js';
import { digest, type JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { formContent } from '../cards/form-card.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import { putInPlace } from '../put-in-place.js';
import { recogniseCommand } from '../recognise-command.js';
import type { Texts } from '../texts.js';
import { CATCH_ALL, noToolContent } from './no-tool.js';

export interface RequestDependencies extends CallToolDeps {
  registry: ToolRegistry;
  texts: Texts;
  /** Hands the conversation to a person, because a rule wants it. */
  callPerson?(turn: Turn): Promise<void>;
  /** IANA name of the zone in which times of people whose own is not known are meant; UTC without it. */
  timeZone?: string;
}

const formSchema = z.object({ tool: z.string().max(100), formId: z.string().min(1).max(100) });

/**
 * A person asks for a deed in their own words: the tool is found, its parameters are read from the sentence, a form
 * asks for the rest, and the call goes the way of every tool call.
 */
export function requestDialog(deps: RequestDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed, action } = turn.activity;
    if (kind === 'card-action' && (action?.verb === 'form.submit' || action?.verb === 'form.cancel'))
      return answerForm(turn, deps, action.verb, action.data);
    if (kind === 'card-action' && action?.verb === 'article.draft') return draftFrom(turn, deps, action.data);
    if (kind === 'card-action' && action?.verb === 'ticket.draft') return ticketFrom(turn, deps, action.data);
    if (kind !== 'message' || !addressed) return false;
    return answerSentence(turn, deps);
  };
}

const messageSchema = z.object({ text: z.string().trim().min(1).max(50_000) });
const TITLE_LENGTH = 80;

/** "Make this a knowledge article" on a message: a form with the message's text, to be titled and sent off. */
function draftFrom(turn: Turn, deps: RequestDependencies, data: JsonObject): boolean {
  const tool = deps.registry.get('article.draft');
  const message = messageSchema.safeParse(data);
  if (!tool || !message.success) return false;
  const { text } = message.data;
  const [firstLine = ''] = text.split('\n');
  const values = { title: firstLine.slice(0, TITLE_LENGTH), markdown: text };
  put(turn, missingForm(turn, deps, tool, values, undefined, turn.id), turn.id);
  return true;
}

/** "Open a ticket" below something that Steward cannot do: a form with the person's words. */
function ticketFrom(turn: Turn, deps: RequestDependencies, data: JsonObject): boolean {
  const tool = deps.registry.get(CATCH_ALL);
  const message = messageSchema.safeParse(data);
  if (!tool || !message.success) return false;
  const { text } = message.data;
  const [firstLine = ''] = text.split('\n');
  const isShort = text.length <= TITLE_LENGTH;
  const values = { title: firstLine.slice(0, TITLE_LENGTH), ...(!isShort && { description: text }) };
  const form = missingForm(turn, deps, tool, values, undefined, turn.id);
  // The card that was clicked stays: what it says about documents may still be wanted.
  turn.reply(form, { copyKey: `form:${turn.id}` });
  return true;
}

async function answerSentence(turn: Turn, deps: RequestDependencies): Promise<boolean> {
  // The words as they were written: a name that is hidden from models is needed here.
  const said = turn.activity.text.trim();
  const command = recogniseCommand(said);
  const isCommand = command?.name === 'request' && command.exact;
  const text = isCommand ? command.rest : said;
  const found = meantTools(text, isCommand, deps.registry.all());
  const [first] = found;
  if (!first) {
    if (!isCommand) return false;
    if (text === '') offerTools(turn, deps);
    else turn.reply(noToolContent(deps, turn, text));
    return true;
  }
  if (found.length > 1) {
    turn.reply({
      ...noticeContent(turn.locale, { text: deps.texts.text('request.pick', turn.locale) }),
      suggestions: found.map(({ tool }) => `${tool.synonyms[0] ?? tool.title}: ${text}`).slice(0, 3),
    });
    return true;
  }
  const parameters = readParameters(text, deps.registry.schemaOf(first.tool), {
    now: deps.clock.now(),
    timeZone: zoneOf(turn, deps),
    taken: first.spans,
    self: turn.person.name,
  });
  const answer = await call(turn, deps, first.tool.name, parameters, `turn:${turn.id}`);
  await tell(turn, deps, first.tool, parameters, answer, turn.id);
  return true;
}

/** Whether a person asks for something that a tool with a policy of its own does, or that no tool does: no question. */
export function asksForDeed(said: string, tools: readonly AnyTool[]): boolean {
  const command = recogniseCommand(said.trim());
  const isCommand = command?.name === 'request' && command.exact;
  const text = isCommand ? command.rest : said.trim();
  const found = meantTools(text, isCommand, tools);
  return found.length > 0 ? found.every(({ tool }) => tool.facts !== undefined) : isWish(text);
}

/** Behind /request the thing alone is enough: "laptop for Priya". */
function meantTools(text: string, isCommand: boolean, tools: readonly AnyTool[]): FoundTool[] {
  const found = findTools(text, tools);
  if (found.length > 0 || !isCommand) return found;
  const shift = ({ start, end }: FoundTool['spans'][number]): FoundTool['spans'][number] => ({
    start: Math.max(0, start - ORDER.length),
    end: Math.max(0, end - ORDER.length),
  });
  return findTools(`${ORDER}${text}`, tools).map((each) => ({ ...each, spans: each.spans.map(shift) }));
}

const ORDER = 'create ';

const zoneOf = ({ person }: Turn, { timeZone }: RequestDependencies): string | undefined =>
  person.timeZone ?? timeZone;

async function answerForm(
  turn: Turn,
  deps: RequestDependencies,
  verb: string,
  data: JsonObject,
): Promise<boolean> {
  const reference = formSchema.safeParse(data);
  if (!reference.success) return false; // a form of somebody else's
  const tool = deps.registry.get(reference.data.tool);
  if (!tool) return false;
  const { formId } = reference.data;
  if (verb === 'form.cancel') {
    put(turn, noticeContent(turn.locale, { text: deps.texts.text('form.cancelled', turn.locale) }), formId);
    return true;
  }
  const now = { now: deps.clock.now(), timeZone: zoneOf(turn, deps) };
  const parameters = coerceInputs(deps.registry.schemaOf(tool), data, now);
  const answer = await call(turn, deps, tool.name, parameters, `form:${formId}`);
  await tell(turn, deps, tool, parameters, answer, formId);
  return true;
}

function call(
  turn: Turn,
  deps: RequestDependencies,
  tool: string,
  parameters: JsonObject,
  key: string,
): Promise<CallAnswer> {
  const { tenant, person, bindingStrength: strength, conversation: origin, locale, correlationId } = turn;
  // A form's id comes back from the client: with the person in the key, nobody reaches into another's request.
  const ownKey = digest({ tenant: tenant.id, person: person.id, key });
  return callTool(deps, {
    key: ownKey,
    tool,
    parameters,
    person,
    strength,
    origin,
    locale,
    correlationId,
  });
}

/** Says what came of a call, and calls a person where the rule that denied it wants one. */
async function tell(
  turn: Turn,
  deps: RequestDependencies,
  tool: AnyTool,
  parameters: JsonObject,
  answer: CallAnswer,
  formId: string,
): Promise<void> {
  say(turn, deps, tool, parameters, answer, formId);
  if (answer.kind === 'denied' && answer.callsPerson) await deps.callPerson?.(turn);
}

/** In place of the form where one was answered, else as a reply. */
function say(
  turn: Turn,
  deps: RequestDependencies,
  tool: AnyTool,
  parameters: JsonObject,
  answer: CallAnswer,
  formId: string,
): void {
  const { texts } = deps;
  const { locale } = turn;
  const isForm = turn.activity.kind === 'card-action';
  const notice = (text: string, tone: 'default' | 'good' | 'warning' = 'default'): void =>
    put(turn, noticeContent(locale, { text, tone }), formId);
  auditCall(turn, tool.name, answer);
  switch (answer.kind) {
    case 'invalid': {
      const errors = texts.tools.errors(answer.errors, locale);
      // A sentence that leaves something out is no mistake; a value that does not fit is one.
      const wrong = Object.entries(errors).filter(([name]) => isForm || Object.hasOwn(parameters, name));
      const shown = wrong.length > 0 ? Object.fromEntries(wrong) : undefined;
      return put(turn, missingForm(turn, deps, tool, parameters, shown, formId), formId, errors);
    }
    case 'done':
      for (const { conversation, content } of answer.messages) turn.post(conversation, content);
      if (tool.risk === 'read')
        return put(turn, { text: texts.tools.sentence(answer.outcome.summary, locale) }, formId);
      return notice(
        texts.tools.result(
          { tool, parameters, summary: answer.outcome.summary },
          answer.outcome,
          locale,
          zoneOf(turn, deps),
        ),
        'good',
      );
    case 'failed':
      return notice(
        texts.text('request.failed', locale, { reason: texts.tools.sentence(answer.reason, locale) }),
        'warning',
      );
    case 'denied':
      return notice(
        answer.ruleId === 'role'
          ? texts.text('request.role', locale)
          : texts.text('approval.denied', locale, {
              reason: texts.tools.reason(answer, answer.reason, locale),
            }),
        'warning',
      );
    case 'nobody-can-decide':
      return notice(texts.text('approval.nobody', locale), 'warning');
    case 'waiting': {
      const { approvers, unreached = [] } = answer.approval;
      const isTold = (id: string): boolean => !unreached.some((each) => each.id === id && !each.mailed);
      const told = approvers.filter(({ id }) => isTold(id)).map(({ name }) => name);
      // The card with the state is posted with the request itself; after a sentence it is the answer.
      if (!answer.isNew)
        notice(
          texts.text('request.already', locale, { title: texts.tools.summary(answer.approval, locale) }),
        );
      else if (isForm && told.length > 0)
        notice(texts.text('approval.asked', locale, { names: texts.list(told, locale) }));
      else if (isForm) {
        const missed = unreached.map(({ name }) => name);
        notice(texts.text('escalation.unreached-not', locale, texts.people(missed, locale)), 'warning');
      }
      return;
    }
    default:
      return notice(texts.text('request.unknown', locale, { tools: toolTitles(deps, locale) }), 'warning');
  }
}

function missingForm(
  turn: Turn,
  deps: RequestDependencies,
  tool: AnyTool,
  values: JsonObject,
  errors: Record<string, string> | undefined,
  formId: string,
): OutboundContent {
  return formContent(deps.texts, turn.locale, {
    title: deps.texts.tools.title(tool, turn.locale),
    text: deps.texts.text(errors ? 'form.fix' : 'request.missing', turn.locale),
    schema: deps.texts.tools.schema(deps.registry.schemaOf(tool), turn.locale),
    values,
    errors,
    reference: { tool: tool.name, formId },
  });
}

function offerTools(turn: Turn, { texts, registry }: RequestDependencies): void {
  turn.reply({
    ...noticeContent(turn.locale, { text: texts.text('request.pick', turn.locale) }),
    suggestions: registry
      .all()
      .slice(0, 3)
      .map(({ title }) => `/request ${title}`),
  });
}

const toolTitles = ({ registry, texts }: RequestDependencies, locale: string): string =>
  registry
    .all()
    .map((tool) => texts.tools.title(tool, locale))
    .join(', ');

const put = (turn: Turn, content: OutboundContent, formId: string, errors?: Record<string, string>): void =>
  putInPlace(turn, content, `form:${formId}`, errors);

function auditCall(turn: Turn, tool: string, answer: CallAnswer): void {
  const denied = answer.kind === 'denied' ? { rule: answer.ruleId, reason: answer.reason } : {};
  turn.audit({ action: 'tool-call', resource: `tool:${tool}`, after: { outcome: answer.kind }, ...denied });
}
