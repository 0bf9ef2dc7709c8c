/** Writes `.env.example` and `docs/configuration.md` from the list of settings (bot/settings.ts, built). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../dist/bot/settings.js';

const root = new URL('../', import.meta.url);

const example = SETTINGS.map(
  ({ variable, about, example: sample, secret }) =>
    `# ${about}\n#${variable}=${secret ? '' : (sample ?? '')}\n`,
).join('\n');
writeFileSync(
  fileURLToPath(new URL('.env.example', root)),
  `# Copy to .env and take the # away from what you set. Nothing is needed to start.\n\n${example}`,
);

const rows = SETTINGS.map(({ variable, path, about }) => `| \`${variable}\` | \`${path}\` | ${about} |`).join(
  '\n',
);
writeFileSync(
  fileURLToPath(new URL('docs/configuration.md', root)),
  `# Configuration

Defaults are overridden by the YAML file that \`STEWARD_CONFIG\` names, and that by the environment (\`.env\` in the working
folder counts as environment). Every mistake is reported at once, with variable, reason and fix. \`npm run -s steward -- doctor\`
shows what is on, off and missing; secrets are never printed. This page is written by \`npm run docs:config\`.

| variable | in the YAML file | what it does |
| --- | --- | --- |
${rows}
`,
);
