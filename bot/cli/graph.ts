import { Command } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import { type Role, ROLES } from '../../core/kernel/person.js';
import { OUTSIDER, type Reader, readerMayRead } from '../../core/knowledge/access.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import type { FactStore } from '../../core/knowledge/graph/fact.js';
import { keepFacts } from '../../core/knowledge/graph/keep-facts.js';
import {
  createKnowledgeGraph,
  type GraphPath,
  type GraphStep,
} from '../../core/knowledge/graph/knowledge-graph.js';
import type { CliContext } from './context.js';
import { workWith } from './work-with.js';

export interface OpenedGraph {
  documents: DocumentStore;
  facts: FactStore;
  close(): Promise<void>;
}

interface GraphFlags {
  to?: string;
  relation?: string;
  as?: string[];
  hops: string;
  limit: string;
  json?: boolean;
}

/**
 * `graph FROM`: ways through what the documents state, over several of them, each step with the page that says it. The
 * rules draw the facts of new documents first and keep them; those that a model drew in the background count as well.
 * @param open opens the tenant's documents and facts; called once, when the command runs.
 */
export function graphCommand(context: CliContext, open: () => Promise<OpenedGraph>): Command {
  const work = workWith(context, open);
  return new Command('graph')
    .description('Ask how things in the documents hang together')
    .argument('<from>', 'a name, or a text that mentions some')
    .option('--to <name>', 'only ways that end here')
    .option('--relation <name>', 'only last steps of this kind, as owner')
    .option(
      '--as <reader...>',
      'only what this reader may read: guest, employee, role:NAME, group:NAME or an e-mail address',
    )
    .option('--hops <count>', 'steps at most, up to 4', '2')
    .option('--limit <count>', 'ways at most', '20')
    .option('--json', 'one JSON line per way')
    .action((from: string, flags: GraphFlags) =>
      work(async ({ documents, facts }) => {
        const graph = createKnowledgeGraph();
        await keepFacts({ documents, facts, signal: context.signal, clock: context.clock });
        for await (const { documentId, facts: own } of facts.all()) graph.put(documentId, own);
        const all = await documents.list();
        const paths = new Map(all.map(({ id, path }) => [id, path]));
        const reader = flags.as && readerFrom(flags.as);
        const open = new Set(
          all.filter(({ access }) => !reader || readerMayRead(access, reader)).map(({ id }) => id),
        );
        const found = graph.query({
          from,
          ...(flags.to === undefined ? {} : { to: flags.to }),
          ...(flags.relation === undefined ? {} : { relation: flags.relation }),
          hops: countOf(flags.hops, 4, '--hops'),
          limit: countOf(flags.limit, 1_000, '--limit'),
          mayRead: (documentId) => open.has(documentId),
        });
        if (found.length === 0) context.progress('The documents state nothing that leads on from there.\n');
        for (const way of found) {
          if (flags.json) context.emit(recordOf(way, paths));
          else for (const [at, step] of way.steps.entries()) context.say(lineOf(step, at, paths));
        }
      }),
    );
}

/** A reader by what front matter calls readers. */
function readerFrom(words: string[]): Reader {
  if (words.includes('guest')) return OUTSIDER;
  const after = (prefix: string): string[] =>
    words.flatMap((word) => (word.startsWith(prefix) ? [word.slice(prefix.length)] : []));
  const roles = after('role:').filter((role): role is Role => ROLES.some((known) => known === role));
  const email = words.find((word) => word.includes('@'));
  const groups = after('group:');
  const understood =
    Number(words.includes('employee')) + roles.length + groups.length + Number(Boolean(email));
  if (understood !== words.length) {
    throw new InvalidInput(
      'cli.bad-reader',
      `--as takes guest, employee, group:NAME, one e-mail address and role:NAME with ${ROLES.join(', ')}.`,
    );
  }
  return { personId: 'command-line', ...(email ? { email } : {}), roles, groups, channels: [] };
}

function countOf(text: string, most: number, option: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new InvalidInput('cli.bad-count', `${option} takes a whole number from 1 to ${most}.`);
}

const lineOf = ({ fact }: GraphStep, at: number, paths: Map<string, string>): string =>
  `${'  '.repeat(at)}${fact.subject} | ${fact.relation} | ${fact.object}  (${paths.get(fact.documentId) ?? ''})`;

const recordOf = ({ from, to, steps }: GraphPath, paths: Map<string, string>): object => ({
  from,
  to,
  steps: steps.map(({ fact: { subject, relation, object, documentId, passageId, by } }) => ({
    subject,
    relation,
    object,
    path: paths.get(documentId),
    passageId,
    ...(by ? { by } : {}),
  })),
});
