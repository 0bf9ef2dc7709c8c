import { Command } from 'commander';
import { describeError } from '../../core/kernel/errors.js';
import type { Config } from '../config.js';
import { isModelConfigured, pick } from '../config.js';
import { SETTINGS } from '../settings.js';
import type { CliContext } from './context.js';

/** One line of the doctor's report. */
export interface Finding {
  part: string;
  state: 'on' | 'off' | 'problem';
  detail: string;
  /** What to do, for what is off or a problem. */
  fix?: string;
}

/** What is configured, judged from the settings alone; secrets are only said to be there. */
export function examineConfig(config: Config): Finding[] {
  const { teams, slack, models, storage, mail, people, policy, server, telemetry, github } = config;
  const finding = (part: string, isOn: boolean, on: string, off: string, fix: string): Finding =>
    isOn ? { part, state: 'on', detail: on } : { part, state: 'off', detail: off, fix };
  return [
    finding(
      'Store',
      Boolean(storage.mongodbUri),
      'MongoDB',
      `built-in store in ${config.dataDir}; for development and tests`,
      'Set MONGODB_URI for production.',
    ),
    finding(
      'Teams',
      Boolean(teams.appId),
      `${teams.appType}, app id ${teams.appId ?? ''}`,
      'clients of this machine only, without authentication',
      'Set MICROSOFT_APP_ID, MICROSOFT_APP_PASSWORD and MICROSOFT_APP_TENANT_ID.',
    ),
    finding(
      'Slack',
      Boolean(slack.botToken ?? slack.clientId),
      slack.appToken ? 'Socket Mode' : 'HTTP',
      'not connected',
      'Set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN.',
    ),
    finding(
      'Chat page',
      server.chatPage,
      `http://localhost:${server.port}/`,
      'off',
      'Set STEWARD_CHAT_PAGE=on.',
    ),
    finding(
      'Model',
      Boolean(models.apiKey ?? models.baseUrl ?? models.azure.endpoint),
      models.azure.endpoint ? 'Azure OpenAI' : (models.baseUrl ?? 'OpenAI'),
      'offline: answers are quoted from the documents',
      'Set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible endpoint.',
    ),
    finding(
      'Graph',
      config.knowledge.graphModel && isModelConfigured(config),
      'facts by rules and, in the background, by the model',
      config.knowledge.graphModel ? 'facts by rules: no model is configured' : 'facts by rules',
      config.knowledge.graphModel
        ? 'Configure a model, or remove STEWARD_GRAPH_MODEL.'
        : 'Set STEWARD_GRAPH_MODEL=on to have the model draw more; one call of the light tier for each new passage.',
    ),
    finding(
      'Vectors',
      Boolean(storage.chromaUrl),
      'Chroma',
      'in process',
      'Set CHROMA_URL for large collections.',
    ),
    finding(
      'Policy',
      Boolean(policy.opaUrl),
      'OPA',
      policy.folder ? `Cedar files in ${policy.folder}` : 'shipped Cedar files',
      'Set OPA_URL to ask your own policy server.',
    ),
    finding('Mail', Boolean(mail.smtpUrl), 'SMTP', 'no mail is sent', 'Set SMTP_URL and SMTP_FROM.'),
    finding(
      'GitHub',
      Boolean(github.token),
      github.repository ?? 'token without a repository',
      'GitHub tools are off',
      'Set GITHUB_TOKEN and GITHUB_REPOSITORY.',
    ),
    finding(
      'People',
      Boolean(people.orgFile ?? people.graph.clientId),
      people.graph.clientId ? 'Microsoft Graph' : `organisation file ${people.orgFile ?? ''}`,
      'people of channels are added as they come; until a channel is connected, the sample organisation',
      'Set STEWARD_ORG_FILE or MICROSOFT_GRAPH_*.',
    ),
    finding(
      'Admins',
      people.admins.length > 0,
      `${people.admins.length} named`,
      'nobody is named',
      'Set STEWARD_ADMINS.',
    ),
    finding(
      'Secret key',
      Boolean(config.secretKey),
      'configured',
      'generated in the data folder',
      'Set STEWARD_SECRET_KEY in production.',
    ),
    finding('Traces', Boolean(telemetry.otlpEndpoint), 'OTLP', 'off', 'Set OTEL_EXPORTER_OTLP_ENDPOINT.'),
  ];
}

/** What only an opened store (jobs, counts, people) and a call to each model endpoint can tell. */
export interface Examine {
  store(): Promise<Finding[]>;
  models(): Promise<Finding[]>;
  slack(): Promise<Finding[]>;
  people(): Promise<Finding[]>;
}

/** `steward doctor`: what is on, off and missing, and how to mend it. Exit code 1 when there is a problem. */
export function doctorCommand(context: CliContext, examine: Examine): Command {
  return new Command('doctor')
    .description('show what is configured, what is missing and how to fix it')
    .option('--json', 'one JSON line per finding')
    .option('--settings', 'list every setting with its variable')
    .action(async ({ json, settings }: { json?: boolean; settings?: boolean }) => {
      if (settings) return listSettings(context);
      const live = await examine.store().catch((error: unknown): Finding[] => [
        {
          part: 'Store',
          state: 'problem',
          detail: describeError(error),
          fix: 'See the message; stop a server that holds the folder, or ask its /readyz.',
        },
      ]);
      const models = await examine
        .models()
        .catch((error: unknown): Finding[] => [
          { part: 'Model', state: 'problem', detail: describeError(error), fix: 'See docs/models.md.' },
        ]);
      const people = await examine.people().catch((): Finding[] => []); // the store's own finding says why
      const slack = await examine.slack();
      const findings = [...examineConfig(context.config), ...slack, ...models, ...live, ...people];
      for (const finding of findings) {
        if (json) context.emit(finding);
        else context.say(line(finding));
      }
      if (findings.some(({ state }) => state === 'problem')) context.fail(1);
    });
}

const MARKS = { on: '✔ on ', off: '· off', problem: '✖ !! ' };

function line({ part, state, detail, fix }: Finding): string {
  const hint = state === 'on' || !fix ? '' : `\n${' '.repeat(20)}${fix}`;
  return `${MARKS[state]}  ${part.padEnd(12)} ${detail}${hint}`;
}

function listSettings({ config, say }: CliContext): void {
  for (const { path, variable, about, secret } of SETTINGS) {
    const value = pick(config, path);
    const shown = value === undefined ? 'not set' : secret ? 'set, not shown' : JSON.stringify(value);
    say(`${variable.padEnd(34)} ${shown}\n${' '.repeat(35)}${about}`);
  }
}
