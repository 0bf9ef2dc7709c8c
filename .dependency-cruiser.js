/**
 * The house's import direction (docs/architecture.md): a file imports only from its own folder and from folders
 * to the left of it, and each SDK has exactly one importer. Run by `npm run lint`.
 */
const rooms = ['core', 'cards', 'dialogs', 'storage', 'jobs', 'adapters', 'bot'];
const core = ['kernel', 'gateway', 'governance', 'guardrails', 'knowledge', 'approvals', 'agents'];
const test = '\\.test\\.ts$';

const toTheLeft = (names, prefix) =>
  names.slice(0, -1).map((name, position) => ({
    name: `${name}-imports-only-to-the-left`,
    severity: 'error',
    comment: `Code in ${prefix}${name} may not know the folders to its right; take what it needs as a function from bot/compose.ts.`,
    from: { path: `^${prefix}${name}/`, pathNot: test },
    to: { path: `^${prefix}(${names.slice(position + 1).join('|')})/` },
  }));

/** Who alone may import which packages. @type {[folder: string, packages: string[]][]} */
const onlyImporters = [
  ['core/gateway', ['openai']],
  ['core/governance', ['@azure/msal-node', 'jose', '@cedar-policy/cedar-wasm', 'otplib']],
  ['core/knowledge', ['unpdf', 'mammoth', 'linkedom', 'remark-parse', '@energetic-ai']],
  ['core/agents', ['@octokit', 'nodemailer']],
  ['cards', ['adaptivecards-templating', 'adaptive-expressions', '@resvg', 'dejavu-fonts-ttf']],
  ['storage', ['mongoose', 'mongodb', 'chromadb', 'lmdb', 'mingo', 'bson']],
  ['jobs', ['agenda', '@agendajs']],
  ['adapters', ['botbuilder', 'botframework-connector', 'botframework-schema', '@slack']],
  ['bot', ['restify', 'pino', 'prom-client']],
];

export default {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    ...toTheLeft(rooms, ''),
    ...toTheLeft(core, 'core/'),
    {
      name: 'cards-know-only-the-kernel',
      severity: 'error',
      from: { path: '^cards/', pathNot: test },
      to: { path: '^core/(?!kernel/)' },
    },
    {
      name: 'only-bot-wires-storage-and-adapters',
      severity: 'error',
      from: { path: '^(jobs|adapters)/', pathNot: test },
      to: { path: '^storage/' },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: `^(${rooms.join('|')}|manifest)/`, pathNot: test },
      to: { path: '^tests/' },
    },
    ...onlyImporters.map(([folder, packages]) => ({
      name: `only-${folder.replace('/', '-')}-imports-${packages[0].replace(/[@/]/g, '')}`,
      severity: 'error',
      comment: `These packages stay inside ${folder}.`,
      from: { path: `^(${rooms.join('|')}|manifest)/`, pathNot: [`^${folder}/`, test] },
      to: { path: `^node_modules/(${packages.join('|')})(/|$)` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
