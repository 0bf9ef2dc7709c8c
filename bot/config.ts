import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import { describeError, InvalidInput } from '../core/kernel/errors.js';
import { SETTINGS } from './settings.js';

/** All settings, as the rest of `bot/` reads them. A member that is absent is not configured. */
export interface Config {
  environment: 'development' | 'production' | 'test';
  server: { port: number; host: string; publicUrl?: string; chatPage: boolean };
  /** Absolute. */
  dataDir: string;
  configFile?: string;
  secretKey?: string;
  storage: { mongodbUri?: string; allowEmbedded: boolean; chromaUrl?: string };
  models: {
    apiKey?: string;
    baseUrl?: string;
    light?: string;
    standard?: string;
    heavy?: string;
    embedding?: string;
    /** YAML file with providers, budgets, router weights and prices. */
    file?: string;
    azure: {
      endpoint?: string;
      apiKey?: string;
      apiVersion?: string;
      deployment?: string;
      tenantId?: string;
      clientId?: string;
      clientSecret?: string;
    };
    /** Folder with prompts of the operator's own. */
    prompts?: string;
  };
  teams: {
    appId?: string;
    appPassword?: string;
    tenantId?: string;
    appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
    allowedTenants?: string[];
    loginUrl?: string;
  };
  slack: {
    signingSecret?: string;
    botToken?: string;
    appToken?: string;
    clientId?: string;
    clientSecret?: string;
    apiUrl?: string;
  };
  web: { directLineSecret?: string };
  policy: { opaUrl?: string; folder?: string; mode: 'enforce' | 'observe' };
  /** Folder with agents of the operator's own. */
  agents: { folder?: string };
  guardrails: { file?: string; rateLimits: boolean };
  mail: { smtpUrl?: string; from?: string };
  github: { token?: string; repository?: string; apiUrl?: string };
  notify: {
    pagerDutyKey?: string;
    pagerDutyUrl?: string;
    telegramToken?: string;
    telegramUrl?: string;
    webhookUrl?: string;
  };
  people: {
    admins: string[];
    orgFile?: string;
    graph: {
      tenantId?: string;
      clientId?: string;
      clientSecret?: string;
      certificateFile?: string;
      url?: string;
    };
  };
  knowledge: {
    folder?: string;
    synonymsFolder?: string;
    /** Whether a model draws facts for the graph beside the rules. */
    graphModel: boolean;
    folders: string[];
    hosts: string[];
    privateHosts: string[];
    /** By host. */
    gitTokens?: Record<string, string>;
  };
  outbound: { hosts: string[] };
  tenant: { name: string; timeZone?: string };
  telemetry: { otlpEndpoint?: string };
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Whether anything says where a model is; without it Steward works offline. */
export const isModelConfigured = ({ models }: Config): boolean =>
  [models.file, models.apiKey, models.baseUrl, models.azure.endpoint].some((given) => given !== undefined);

/** A mistake in the configuration, in words an operator can act on. Never holds the value. */
export interface ConfigProblem {
  variable: string;
  reason: string;
  fix: string;
}

/** Thrown once with every mistake that was found. */
export class ConfigError extends InvalidInput {
  constructor(readonly problems: ConfigProblem[]) {
    super(
      'bot.bad-config',
      `The configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:\n` +
        problems.map(({ variable, reason, fix }) => `  ${variable}: ${reason}\n    ${fix}`).join('\n'),
    );
  }
}

type Tree = Record<string, unknown>;

const DEFAULTS: Tree = {
  environment: 'development',
  server: { port: 3978 },
  dataDir: '.steward',
  storage: { allowEmbedded: false },
  teams: { appType: 'SingleTenant' },
  guardrails: { rateLimits: true },
  policy: { mode: 'enforce' },
  people: { admins: [] },
  knowledge: { graphModel: false, folders: [], hosts: [], privateHosts: [] },
  outbound: { hosts: [] },
  tenant: { name: 'Your company' },
  logLevel: 'info',
};

const ROOMS = [
  'server',
  'storage',
  'models',
  'teams',
  'slack',
  'web',
  'policy',
  'agents',
  'guardrails',
  'mail',
  'github',
  'notify',
  'people',
  'knowledge',
  'outbound',
  'tenant',
  'telemetry',
];

/**
 * Reads the configuration: defaults, then the YAML file, then the environment (`.env` in `folder` first).
 * @throws ConfigError with every mistake at once.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Config {
  const problems: ConfigProblem[] = [];
  const variables = { ...readEnvFile(join(folder, '.env')), ...withoutEmpty(env) };
  const file = readYaml(variables.STEWARD_CONFIG, folder, problems);
  const config: Tree = {};
  for (const room of ROOMS) config[room] = {};
  place(config, 'models.azure', {});
  place(config, 'people.graph', {});
  for (const { path, variable, schema, fix } of SETTINGS) {
    const fromEnvironment = variables[variable];
    const raw = fromEnvironment ?? pick(file, path) ?? pick(DEFAULTS, path);
    if (raw === undefined) continue;
    const parsed = schema.safeParse(raw);
    if (parsed.success) place(config, path, parsed.data);
    else {
      const where =
        fromEnvironment === undefined && pick(file, path) !== undefined
          ? `${path} (in the YAML file)`
          : variable;
      problems.push({ variable: where, reason: reasonOf(parsed.error), fix });
    }
  }
  problems.push(...unknownKeys(file));
  problems.push(...incomplete(config as unknown as Config));
  if (problems.length > 0) throw new ConfigError(problems);
  return withDerived(config as unknown as Config, folder);
}

function withDerived(config: Config, folder: string): Config {
  const production = config.environment === 'production';
  const hasChannel = Boolean(config.teams.appId ?? config.slack.signingSecret);
  return {
    ...config,
    dataDir: isAbsolute(config.dataDir) ? config.dataDir : resolve(folder, config.dataDir),
    server: {
      ...config.server,
      host: config.server.host ?? (hasChannel ? '0.0.0.0' : '127.0.0.1'),
      chatPage: config.server.chatPage ?? !production,
    },
  };
}

/** Settings that need each other. */
function incomplete(config: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const need = (missing: boolean, variable: string, reason: string, fix: string): void => {
    if (missing) problems.push({ variable, reason, fix });
  };
  const { teams, slack, people, environment } = config;
  need(
    Boolean(teams.appId) && teams.appType !== 'UserAssignedMSI' && !teams.appPassword,
    'MICROSOFT_APP_PASSWORD',
    'is missing although MICROSOFT_APP_ID is set.',
    'Set the client secret, or MICROSOFT_APP_TYPE=UserAssignedMSI.',
  );
  need(
    Boolean(teams.appId) && teams.appType !== 'MultiTenant' && !teams.tenantId,
    'MICROSOFT_APP_TENANT_ID',
    `is missing although the bot is ${teams.appType}.`,
    'Set the Directory (tenant) ID of the app registration.',
  );
  need(
    Boolean(slack.botToken) && !slack.signingSecret && !slack.appToken,
    'SLACK_SIGNING_SECRET',
    'is missing although SLACK_BOT_TOKEN is set.',
    'Set the signing secret (HTTP) or SLACK_APP_TOKEN (Socket Mode).',
  );
  need(
    Boolean(slack.clientId) && !slack.signingSecret && !slack.appToken,
    'SLACK_SIGNING_SECRET',
    'is missing although SLACK_CLIENT_ID is set.',
    'Set the signing secret of the Slack app.',
  );
  need(
    Boolean(slack.clientId) !== Boolean(slack.clientSecret),
    slack.clientId ? 'SLACK_CLIENT_SECRET' : 'SLACK_CLIENT_ID',
    'is missing although its other half is set.',
    'Set both, or neither.',
  );
  need(
    Boolean(people.graph.clientId) && !people.graph.clientSecret && !people.graph.certificateFile,
    'MICROSOFT_GRAPH_CLIENT_SECRET',
    'is missing although MICROSOFT_GRAPH_CLIENT_ID is set.',
    'Set the secret or MICROSOFT_GRAPH_CERTIFICATE_FILE.',
  );
  need(
    environment === 'production' && !config.secretKey,
    'STEWARD_SECRET_KEY',
    'is required in production.',
    'Make one with: openssl rand -base64 32',
  );
  need(
    environment === 'production' && !config.storage.mongodbUri && !config.storage.allowEmbedded,
    'MONGODB_URI',
    'is required in production; the built-in store is for development and tests.',
    'Set it, or STEWARD_ALLOW_EMBEDDED=1 if you know what you do.',
  );
  return problems;
}

function readYaml(path: string | undefined, folder: string, problems: ConfigProblem[]): Tree {
  if (!path) return {};
  const fix = 'Give the path of a readable YAML file, or remove the variable.';
  try {
    const parsed: unknown = parseYaml(readFileSync(resolve(folder, path), 'utf8'));
    if (parsed === null || parsed === undefined) return {};
    if (typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as Tree;
    problems.push({ variable: 'STEWARD_CONFIG', reason: 'does not hold settings (name: value).', fix });
  } catch (error) {
    problems.push({ variable: 'STEWARD_CONFIG', reason: `cannot be read: ${describeError(error)}`, fix });
  }
  return {};
}

/** Reads `NAME=value` lines; quotes around a value are taken off. */
function readEnvFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const values: Record<string, string> = {};
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name && value) values[name] = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  }
  return values;
}

function withoutEmpty(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  );
}

function unknownKeys(file: Tree, prefix = ''): ConfigProblem[] {
  return Object.entries(file).flatMap(([name, value]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    if (SETTINGS.some((known) => known.path === path)) return [];
    const isRoom = SETTINGS.some((known) => known.path.startsWith(`${path}.`));
    if (isRoom && typeof value === 'object' && value !== null) return unknownKeys(value as Tree, path);
    return [
      {
        variable: `${path} (in the YAML file)`,
        reason: 'is not a setting of Steward.',
        fix: 'See docs/configuration.md for the names.',
      },
    ];
  });
}

function reasonOf(error: z.ZodError): string {
  const message = error.issues[0]?.message ?? 'is not valid';
  return message.startsWith('is ') || message.startsWith('does ')
    ? `${message}.`
    : `is not valid (${message.toLowerCase()}).`;
}

export function pick(tree: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Tree)[name] : undefined),
      tree,
    );
}

function place(tree: Tree, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  let inner = tree;
  for (const name of names) inner = (inner[name] ??= {}) as Tree;
  inner[last] = value;
}
