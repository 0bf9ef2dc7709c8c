import { isTimeZone } from '../core/kernel/time-zone.js';
import { z } from 'zod';

/** One setting: where it may come from, what it may be, and how to mend a mistake. */
export interface Setting {
  /** Dotted path in the YAML file and in `Config`. */
  path: string;
  variable: string;
  schema: z.ZodType;
  /** One sentence for `.env.example` and `steward doctor`. */
  about: string;
  fix: string;
  secret?: boolean;
  example?: string;
}

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ });
const port = z.coerce.number().int().min(0).max(65_535);
const list = z.union([
  z.array(text),
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
]);
const flag = z.union([
  z.boolean(),
  z
    .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'])
    .transform((value) => ['1', 'true', 'yes', 'on'].includes(value)),
]);
const secretKey = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, 'is not 32 bytes in base64');

const setting = (
  path: string,
  variable: string,
  schema: z.ZodType,
  about: string,
  fix: string,
  more: Partial<Setting> = {},
): Setting => ({ path, variable, schema, about, fix, ...more });

const HTTP = 'Give an http or https address.';
const TEXT = 'Give a text, or remove the variable.';

/** Every setting of Steward. `.env.example` is written from this list and a test holds the two together. */
export const SETTINGS: Setting[] = [
  setting(
    'environment',
    'NODE_ENV',
    z.enum(['development', 'production', 'test']),
    'Kind of installation.',
    'Use development, production or test.',
  ),
  setting('server.port', 'PORT', port, 'Port of the web server.', 'Give a number from 0 to 65535.', {
    example: '3978',
  }),
  setting(
    'server.host',
    'HOST',
    text,
    'Address to listen on; 127.0.0.1 unless a channel is configured.',
    'Give an address of this machine, such as 127.0.0.1 or 0.0.0.0.',
    { example: '127.0.0.1' },
  ),
  setting(
    'server.publicUrl',
    'STEWARD_PUBLIC_URL',
    url,
    'Address under which people and channels reach Steward.',
    HTTP,
    { example: 'https://steward.example.com' },
  ),
  setting(
    'server.chatPage',
    'STEWARD_CHAT_PAGE',
    flag,
    'The local chat page; on in development, off in production.',
    'Use on or off.',
  ),
  setting(
    'dataDir',
    'STEWARD_DATA_DIR',
    text,
    'Folder for the built-in store and the generated key.',
    'Give a folder that can be written.',
    { example: '.steward' },
  ),
  setting(
    'configFile',
    'STEWARD_CONFIG',
    text,
    'YAML file with settings; environment variables win over it.',
    'Give the path of a readable YAML file.',
    { example: 'steward.yaml' },
  ),
  setting(
    'secretKey',
    'STEWARD_SECRET_KEY',
    secretKey,
    '32 bytes in base64 that encrypt and sign; generated in development, required in production.',
    'Make one with: openssl rand -base64 32',
    { secret: true },
  ),
  setting(
    'storage.mongodbUri',
    'MONGODB_URI',
    z.string().regex(/^mongodb(\+srv)?:\/\//, 'does not begin with mongodb://'),
    'MongoDB for production; the built-in store without it.',
    'Give an address such as mongodb://host:27017/steward.',
    { secret: true, example: 'mongodb://localhost:27017/steward' },
  ),
  setting(
    'storage.allowEmbedded',
    'STEWARD_ALLOW_EMBEDDED',
    flag,
    'Lets production start on the built-in store.',
    'Use 1 or remove it.',
  ),
  setting('storage.chromaUrl', 'CHROMA_URL', url, 'Chroma for vectors; in process without it.', HTTP, {
    example: 'http://localhost:8000',
  }),
  setting(
    'models.apiKey',
    'OPENAI_API_KEY',
    text,
    'Key of an OpenAI-compatible endpoint; without a key and an endpoint Steward works offline.',
    TEXT,
    { secret: true },
  ),
  setting(
    'models.baseUrl',
    'OPENAI_BASE_URL',
    url,
    'Any OpenAI-compatible endpoint (Ollama, vLLM, LiteLLM …).',
    HTTP,
    { example: 'http://localhost:11434/v1' },
  ),
  setting('models.light', 'OPENAI_MODEL_LIGHT', text, 'Model for simple work.', TEXT, {
    example: 'gpt-4.1-nano',
  }),
  setting('models.standard', 'OPENAI_MODEL_STANDARD', text, 'Model for usual work.', TEXT, {
    example: 'gpt-4.1-mini',
  }),
  setting('models.heavy', 'OPENAI_MODEL_HEAVY', text, 'Model for hard work.', TEXT, { example: 'gpt-4.1' }),
  setting(
    'models.embedding',
    'OPENAI_EMBEDDING_MODEL',
    text,
    'Embedding model; the built-in encoder without it.',
    TEXT,
    { example: 'text-embedding-3-small' },
  ),
  setting(
    'models.file',
    'STEWARD_MODELS',
    text,
    'YAML file with several model endpoints, budgets, router weights and prices (docs/models.md).',
    'Give the path of a readable YAML file.',
    { example: 'models.yaml' },
  ),
  setting('models.azure.endpoint', 'AZURE_OPENAI_ENDPOINT', url, 'Azure OpenAI resource.', HTTP, {
    example: 'https://NAME.openai.azure.com',
  }),
  setting(
    'models.azure.apiKey',
    'AZURE_OPENAI_API_KEY',
    text,
    'Key of the Azure OpenAI resource; an Entra token without it, by a registered application or the managed identity.',
    TEXT,
    { secret: true },
  ),
  setting('models.azure.apiVersion', 'AZURE_OPENAI_API_VERSION', text, 'API version of Azure OpenAI.', TEXT, {
    example: '2024-10-21',
  }),
  setting(
    'models.azure.deployment',
    'AZURE_OPENAI_DEPLOYMENT',
    text,
    'Deployment for the tiers that name no model.',
    TEXT,
  ),
  setting(
    'models.azure.tenantId',
    'AZURE_OPENAI_TENANT_ID',
    text,
    'Entra tenant of the registered application.',
    TEXT,
  ),
  setting(
    'models.azure.clientId',
    'AZURE_OPENAI_CLIENT_ID',
    text,
    'Registered application, or the user-assigned managed identity where there is no secret.',
    TEXT,
  ),
  setting(
    'models.azure.clientSecret',
    'AZURE_OPENAI_CLIENT_SECRET',
    text,
    'Client secret of the registered application.',
    TEXT,
    { secret: true },
  ),
  setting(
    'models.prompts',
    'STEWARD_PROMPTS',
    text,
    'Folder with prompts of your own beside the shipped ones (docs/models.md).',
    'Give the path of a readable folder.',
    { example: 'prompts' },
  ),
  setting(
    'teams.appId',
    'MICROSOFT_APP_ID',
    text,
    'Entra app id of the bot; without it Teams clients are accepted from this machine only.',
    'Copy the Application (client) ID of the app registration.',
  ),
  setting(
    'teams.appPassword',
    'MICROSOFT_APP_PASSWORD',
    text,
    'Client secret of the bot.',
    'Copy a client secret of the app registration.',
    { secret: true },
  ),
  setting(
    'teams.tenantId',
    'MICROSOFT_APP_TENANT_ID',
    text,
    'Entra tenant of the bot.',
    'Copy the Directory (tenant) ID of the app registration.',
  ),
  setting(
    'teams.appType',
    'MICROSOFT_APP_TYPE',
    z.enum(['SingleTenant', 'MultiTenant', 'UserAssignedMSI']),
    'Kind of the bot registration.',
    'Use SingleTenant, MultiTenant or UserAssignedMSI.',
    { example: 'SingleTenant' },
  ),
  setting(
    'teams.allowedTenants',
    'MICROSOFT_ALLOWED_TENANTS',
    list,
    "Entra tenants that may talk to the bot, comma-separated; the bot's own without it.",
    'Give tenant ids with commas between.',
  ),
  setting(
    'teams.loginUrl',
    'MICROSOFT_LOGIN_URL',
    url,
    'Where tokens are fetched and keys are published (sovereign clouds, tests).',
    HTTP,
  ),
  setting(
    'slack.signingSecret',
    'SLACK_SIGNING_SECRET',
    text,
    'Signing secret of the Slack app (HTTP mode).',
    'Copy it from Basic Information of the Slack app.',
    { secret: true },
  ),
  setting(
    'slack.botToken',
    'SLACK_BOT_TOKEN',
    z.string().startsWith('xoxb-'),
    'Bot token of a single workspace.',
    'Copy the Bot User OAuth Token; it begins with xoxb-.',
    { secret: true },
  ),
  setting(
    'slack.appToken',
    'SLACK_APP_TOKEN',
    z.string().startsWith('xapp-'),
    'App-level token: switches Socket Mode on.',
    'Copy an app-level token with connections:write; it begins with xapp-.',
    { secret: true },
  ),
  setting('slack.clientId', 'SLACK_CLIENT_ID', text, 'OAuth client id for several workspaces.', TEXT),
  setting(
    'slack.clientSecret',
    'SLACK_CLIENT_SECRET',
    text,
    'OAuth client secret for several workspaces.',
    TEXT,
    { secret: true },
  ),
  setting('slack.apiUrl', 'SLACK_API_URL', url, 'Slack Web API (tests).', HTTP),
  setting(
    'web.directLineSecret',
    'DIRECT_LINE_SECRET',
    z.string().min(16, 'is shorter than 16 characters'),
    'Secret with which a program may ask for Direct Line tokens.',
    'Give at least 16 characters.',
    { secret: true },
  ),
  setting(
    'policy.opaUrl',
    'OPA_URL',
    url,
    'Policy server of the company (OPA); the built-in Cedar policies without it.',
    HTTP,
    { example: 'http://localhost:8181' },
  ),
  setting(
    'policy.folder',
    'STEWARD_POLICIES',
    text,
    'Folder with Cedar policies; the shipped ones without it.',
    'Give a readable folder.',
  ),
  setting(
    'policy.mode',
    'STEWARD_POLICY_MODE',
    z.enum(['enforce', 'observe']),
    'What policies do: enforce decides; observe lets every known tool run without asking and logs what would have been decided.',
    'Use enforce or observe.',
  ),
  setting(
    'agents.folder',
    'STEWARD_AGENTS',
    text,
    'Folder with agents of your own beside the shipped ones (docs/agents.md).',
    'Give the path of a readable folder.',
    { example: 'agents' },
  ),
  setting(
    'guardrails.file',
    'STEWARD_GUARDRAILS',
    text,
    'YAML file with the screens of each tenant; the shipped settings without it.',
    'Give the path of a readable YAML file.',
  ),
  setting(
    'guardrails.rateLimits',
    'STEWARD_RATE_LIMITS',
    flag,
    'Limits of messages per person, conversation and tenant; on unless switched off (load tests).',
    'Use on or off.',
  ),
  setting(
    'mail.smtpUrl',
    'SMTP_URL',
    z.string().regex(/^smtps?:\/\//, 'does not begin with smtp://'),
    'Mail server for outgoing mail.',
    'Give an address such as smtp://user:password@host:587.',
    { secret: true, example: 'smtp://localhost:25' },
  ),
  setting('mail.from', 'SMTP_FROM', z.email(), 'Sender of outgoing mail.', 'Give an e-mail address.', {
    example: 'steward@example.com',
  }),
  setting('github.token', 'GITHUB_TOKEN', text, 'Token for the GitHub tools.', TEXT, { secret: true }),
  setting(
    'github.repository',
    'GITHUB_REPOSITORY',
    z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'is not OWNER/NAME'),
    'Repository of the GitHub tools.',
    'Give OWNER/NAME.',
    { example: 'acme/support' },
  ),
  setting('github.apiUrl', 'GITHUB_API_URL', url, 'GitHub Enterprise or a test server.', HTTP),
  setting('notify.pagerDutyKey', 'PAGERDUTY_ROUTING_KEY', text, 'Routing key of PagerDuty events.', TEXT, {
    secret: true,
  }),
  setting('notify.pagerDutyUrl', 'PAGERDUTY_URL', url, 'PagerDuty events endpoint (EU, tests).', HTTP),
  setting(
    'notify.telegramToken',
    'TELEGRAM_BOT_TOKEN',
    text,
    'Token of a Telegram bot for notifications.',
    TEXT,
    { secret: true },
  ),
  setting('notify.telegramUrl', 'TELEGRAM_URL', url, 'Telegram endpoint (tests).', HTTP),
  setting('notify.webhookUrl', 'STEWARD_WEBHOOK_URL', url, 'Receiver of signed event notifications.', HTTP),
  setting(
    'people.admins',
    'STEWARD_ADMINS',
    list,
    'E-mail addresses or account ids of the first admins, comma-separated; `slack-T0123:ADDRESS` for another workspace.',
    'Give addresses with commas between.',
    { example: 'ada@example.com' },
  ),
  setting(
    'people.orgFile',
    'STEWARD_ORG_FILE',
    text,
    'Organisation file (YAML or CSV): persons, roles, managers.',
    'Give the path of a readable file.',
    { example: 'organisation.yaml' },
  ),
  setting(
    'people.graph.tenantId',
    'MICROSOFT_GRAPH_TENANT_ID',
    text,
    'Entra tenant whose directory is read.',
    TEXT,
  ),
  setting('people.graph.clientId', 'MICROSOFT_GRAPH_CLIENT_ID', text, 'App id for Microsoft Graph.', TEXT),
  setting(
    'people.graph.clientSecret',
    'MICROSOFT_GRAPH_CLIENT_SECRET',
    text,
    'Secret for Microsoft Graph.',
    TEXT,
    { secret: true },
  ),
  setting(
    'people.graph.certificateFile',
    'MICROSOFT_GRAPH_CERTIFICATE_FILE',
    text,
    'Certificate and key (PEM) for Microsoft Graph, instead of a secret.',
    'Give the path of a readable PEM file.',
  ),
  setting(
    'people.graph.url',
    'MICROSOFT_GRAPH_URL',
    url,
    'Microsoft Graph endpoint (sovereign clouds, tests).',
    HTTP,
  ),
  setting(
    'knowledge.folder',
    'STEWARD_KNOWLEDGE_DIR',
    text,
    'Folder that is taken in and kept fresh; the sample handbook without it.',
    'Give a readable folder.',
    { example: './documents' },
  ),
  setting(
    'knowledge.folders',
    'STEWARD_KNOWLEDGE_FOLDERS',
    list,
    'Folders that sources may lie in, comma-separated.',
    'Give absolute paths with commas between.',
    { example: '/srv/documents' },
  ),
  setting(
    'knowledge.graphModel',
    'STEWARD_GRAPH_MODEL',
    flag,
    'Has the model draw facts for the graph in the background, one call of the light tier per new passage; off unless switched on (docs/knowledge.md).',
    'Use on or off.',
  ),
  setting(
    'knowledge.synonymsFolder',
    'STEWARD_KNOWLEDGE_SYNONYMS',
    text,
    'Folder with a file TENANT.yaml of more synonyms for each tenant (the own company is "home"); edits are taken over within seconds.',
    'Give a readable folder.',
    { example: '/etc/steward/synonyms' },
  ),
  setting(
    'knowledge.hosts',
    'STEWARD_KNOWLEDGE_HOSTS',
    list,
    'Hosts that web and Git sources may be read from, comma-separated; *.example.com for all below.',
    'Give host names with commas between.',
    { example: 'docs.example.com' },
  ),
  setting(
    'knowledge.privateHosts',
    'STEWARD_KNOWLEDGE_PRIVATE_HOSTS',
    list,
    'Hosts inside a private network that sources may be read from, comma-separated.',
    'Give host names or addresses with commas between.',
    { example: 'wiki.intranet' },
  ),
  setting(
    'outbound.hosts',
    'STEWARD_OUTBOUND_HOSTS',
    list,
    'Hosts that tools and sources may reach, comma-separated.',
    'Give host names with commas between.',
    { example: 'hooks.example.com' },
  ),
  setting('tenant.name', 'STEWARD_COMPANY', text, 'Name of the company.', TEXT, { example: 'Example Ltd' }),
  setting(
    'tenant.timeZone',
    'STEWARD_TIME_ZONE',
    text.refine(isTimeZone),
    'Time zone of the company: for working hours, and for times shown to people whose own is not known; UTC without it.',
    'Give an IANA name, such as Europe/Berlin.',
    { example: 'Europe/Berlin' },
  ),
  setting(
    'telemetry.otlpEndpoint',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    url,
    'OpenTelemetry collector (OTLP over HTTP) for traces.',
    HTTP,
    { example: 'http://localhost:4318' },
  ),
  setting(
    'logLevel',
    'LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    'What is logged.',
    'Use debug, info, warn, error or silent.',
    { example: 'info' },
  ),
];
