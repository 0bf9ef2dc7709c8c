import { type Command, Option } from 'commander';
import { articleCommand } from './article.js';
import { askCommand } from './ask.js';
import { auditCommand } from './audit.js';
import { backupCommand } from './backup.js';
import type { CliContext } from './context.js';
import { doctorCommand } from './doctor.js';
import { documentCommand } from './document.js';
import { examineStore } from './examine-store.js';
import { graphCommand } from './graph.js';
import { guardCommand } from './guard.js';
import { ingestCommand } from './ingest.js';
import { createOpeners } from './open.js';
import { examinePeople, peopleCommand } from './people.js';
import { promptsCommand } from './prompts.js';
import { replayCommand } from './replay.js';
import { agentsCommand, runCommand } from './run.js';
import { restoreCommand } from './restore.js';
import { searchCommand } from './search.js';
import { sourceCommand } from './source.js';
import { standardAnswerCommand } from './standard-answer.js';
import { storeCommand } from './store.js';

/** Every command of `npm run -s steward --`, in the order of the help text. */
export function addCommands(program: Command, context: CliContext): void {
  let tenant: string | undefined;
  const open = createOpeners(context, () => tenant);
  program.hook('preAction', (_program, action) => {
    tenant = action.opts<{ tenant?: string }>().tenant;
  });
  program.addCommand(askCommand(context, open.knowledge));
  program.addCommand(searchCommand(context, open.knowledge));
  program.addCommand(ingestCommand(context, open.documents));
  program.addCommand(sourceCommand(context, open.sources));
  program.addCommand(documentCommand(context, open.documents));
  program.addCommand(guardCommand(context, { openTraffic: open.traffic }));
  program.addCommand(
    doctorCommand(context, {
      store: () => examineStore(context, open),
      models: async () => (await import('./examine-models.js')).examineModels(context),
      slack: async () => (await import('./examine-slack.js')).examineSlack(context),
      people: () => examinePeople(context, open.people),
    }),
  );
  program.addCommand(articleCommand(context, open.articles));
  program.addCommand(standardAnswerCommand(context, open.standardAnswers));
  program.addCommand(graphCommand(context, open.graph));
  program.addCommand(promptsCommand(context, open.prompts));
  program.addCommand(replayCommand(context));
  const openRuns = async () => (await import('./open-runs.js')).openRuns(context, open.ofTenant);
  program.addCommand(runCommand(context, openRuns));
  program.addCommand(agentsCommand(context, openRuns));
  program.addCommand(storeCommand(context));
  program.addCommand(auditCommand(context, open.audit));
  program.addCommand(peopleCommand(context, open.people));
  program.addCommand(backupCommand(context));
  program.addCommand(restoreCommand(context));
  for (const command of program.commands) {
    inherit(command, program);
    if (OF_A_TENANT.has(command.name())) addTenant(command);
    if (['ask', 'search'].includes(command.name()))
      command.showHelpAfterError('(several words go in quotes; add --help for the options)');
  }
}

/** Wrong use of any command ends as wrong use of the program does, which commander hands on to commands that it makes itself only. */
function inherit(command: Command, program: Command): void {
  command.copyInheritedSettings(program);
  for (const each of command.commands) inherit(each, program);
}

/** Commands that work on one tenant's data. */
const OF_A_TENANT = new Set(
  'ask search ingest source document article standard-answer graph prompts run agents'.split(' '),
);

/** Gives a command, or each of its own, the option that says whose data it works on. */
function addTenant(command: Command): void {
  if (command.commands.length > 0) command.commands.forEach(addTenant);
  else
    command.addOption(
      new Option(
        '--tenant <id>',
        'a workspace or organisation that added Steward by itself; your own unless told',
      ),
    );
}
