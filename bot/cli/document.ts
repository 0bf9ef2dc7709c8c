import { Command, Option } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { Classification } from '../../core/knowledge/document.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import { changeReaders, diffVersions, rollback } from '../../core/knowledge/sources/versions.js';
import { printablePath } from '../../core/knowledge/ingest/text-cleaning.js';
import type { CliContext } from './context.js';
import { workWith } from './work-with.js';
import type { OpenedDocuments } from './ingest.js';

const MARKS = { same: ' ', added: '+', removed: '-' };

/**
 * `document history|diff|rollback|publish`. Exit code 2 for a document or version that does not exist.
 * @param open opens the tenant's documents; called once, when a command runs.
 */
export function documentCommand(context: CliContext, open: () => Promise<OpenedDocuments>): Command {
  const withOpened = workWith(context, open);
  const work = (task: (documents: DocumentStore) => Promise<void>): Promise<void> =>
    withOpened(({ documents }) => task(documents));
  const command = new Command('document').description('Versions of a document, and who may read it');
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
        for (const { change, text } of (await diffVersions(documents, id, Number(from), Number(to)))
          .changes) {
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
        const { document } = await rollback(documents, id, Number(version), context.clock);
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

/** Documents are named by id, or by a path that only one of them has. */
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
  throw new InvalidInput('cli.no-such-document', `There is no document ${name}.`);
}
