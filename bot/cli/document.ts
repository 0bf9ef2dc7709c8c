import { Command, Option } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { Classification, KnowledgeDocument } from '../../core/knowledge/document.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import { changeReaders, diffVersions, rollback } from '../../core/knowledge/sources/versions.js';
import { printablePath } from '../../core/knowledge/ingest/text-cleaning.js';
import type { CliContext } from './context.js';
import { workWith } from './work-with.js';
import type { OpenedDocuments } from './ingest.js';

const MARKS = { same: ' ', added: '+', removed: '-' };

/**
 * `document list|history|diff|rollback|publish`. Exit code 2 for a document or version that does not exist.
 * @param open opens the tenant's documents; called once, when a command runs.
 */
export function documentCommand(context: CliContext, open: () => Promise<OpenedDocuments>): Command {
  const withOpened = workWith(context, open);
  const work = (task: (documents: DocumentStore) => Promise<void>): Promise<void> =>
    withOpened(({ documents }) => task(documents));
  const command = new Command('document').description('Versions of a document, and who may read it');
  command
    .command('list')
    .description('List the documents by collection and path')
    .option('--collection <name>', 'only of this collection')
    .option('--json', 'one JSON line per document')
    .action(({ collection, json }: { collection?: string; json?: boolean }) =>
      work(async (documents) => {
        for (const document of (await documents.list(collection)).sort(byPlace)) {
          const { version, title, access, path } = document;
          if (json) context.emit(document);
          else
            context.say(
              [document.collection, path, `version ${version}`, access.classification, title].join('  '),
            );
        }
      }),
    );
  command
    .command('history')
    .description('List the versions, newest first')
    .argument('<document>', 'id, or path in its collection')
    .option('--json', 'one JSON line per version')
    .action((name: string, { json }: { json?: boolean }) =>
      work(async (documents) => {
        for (const version of await documents.history(await idOf(documents, name))) {
          const { ingestedAt, title, access } = version;
          if (json) context.emit(version);
          else
            context.say(
              `${version.version}  ${ingestedAt.toISOString()}  ${access.classification}  ${title}`,
            );
        }
      }),
    );
  command
    .command('diff')
    .description('Compare two versions passage by passage')
    .argument('<document>', 'id, or path in its collection')
    .argument('<from>', 'version')
    .argument('<to>', 'version')
    .action((name: string, from: string, to: string) =>
      work(async (documents) => {
        const id = await idOf(documents, name);
        const [older, newer] = [versionNumber(from, name), versionNumber(to, name)];
        for (const { change, text } of (await diffVersions(documents, id, older, newer)).changes) {
          context.say(text.replace(/^/gm, `${MARKS[change]} `));
        }
      }),
    );
  command
    .command('rollback')
    .description('Make an older text the present one; its readers stay as they are')
    .argument('<document>', 'id, or path in its collection')
    .argument('<version>')
    .action((name: string, version: string) =>
      work(async (documents) => {
        const id = await idOf(documents, name);
        const wanted = versionNumber(version, name);
        if ((await documents.get(id))?.document.version === wanted)
          return context.say(`Version ${wanted} is the present one already.`);
        const { document } = await rollback(documents, id, wanted, context.clock);
        context.say(`Version ${version} is the present one again, as version ${document.version}.`);
      }),
    );
  command
    .command('publish')
    .description('Open a document, such as a file sent in chat, to everybody of a classification')
    .argument('<document>', 'id, or path in its collection')
    .addOption(
      new Option('--classification <name>')
        .choices(['public', 'internal', 'confidential'])
        .default('internal'),
    )
    .action((name: string, { classification }: { classification: Classification }) =>
      work(async (documents) => {
        const id = await idOf(documents, name);
        const { document } = await changeReaders(documents, id, { classification }, context.clock);
        context.say(`${document.title} is ${classification} from version ${document.version} on.`);
      }),
    );
  return command;
}

const byPlace = (one: KnowledgeDocument, other: KnowledgeDocument): number =>
  one.collection.localeCompare(other.collection) || one.path.localeCompare(other.path);

function versionNumber(given: string, name: string): number {
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new InvalidInput(
    'cli.no-version',
    `“${given}” is not the number of a version. See: document history ${name}`,
  );
}

/** Documents are named by id, or by a path that only one of them has or the last one had. */
async function idOf(documents: DocumentStore, name: string): Promise<string> {
  // As the report shows it: letters of a name may be composed on one machine and not on another.
  const shown = printablePath(name);
  const named = (await documents.list()).filter(({ path }) => printablePath(path) === shown);
  const [only] = named;
  if (only && named.length === 1) return only.id;
  if (named.length > 1) {
    throw new InvalidInput(
      'cli.several-documents',
      `Several collections have ${name}: ${named.map(({ id }) => id).join(', ')}. Give an id.`,
    );
  }
  if ((await documents.history(name)).length > 0) return name;
  const removed = await removedOf(documents, shown);
  if (removed) return removed;
  throw new InvalidInput('cli.no-such-document', `There is no document ${name}. See: document list`);
}

/** The id of the document that had this path and was removed last: its history stays. */
async function removedOf(documents: DocumentStore, shown: string): Promise<string | undefined> {
  for (const { documentId, removed } of (await documents.changedSince(new Date(0))).reverse()) {
    if (!removed) continue;
    const [last] = await documents.history(documentId);
    if (last && printablePath(last.path) === shown) return documentId;
  }
  return undefined;
}
