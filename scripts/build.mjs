/**
 * Compiles TypeScript into dist/ when a source is newer than the last build, and puts the 500 modules of the server and of
 * the command line into one file each, dist/run/, which saves a start a tenth of its time; prints nothing when all is well.
 * A deployed copy without the compiler keeps the dist/ it came with.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = join(root, 'dist', 'run');
const server = join(run, 'server.js');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const missing = [compiler, join(root, 'node_modules', 'esbuild', 'package.json')].filter(
  (path) => !existsSync(path),
);
if (missing.length > 0) {
  if (existsSync(server) && !existsSync(compiler)) process.exit(0);
  process.stderr.write(
    `What builds Steward is not installed (${missing.join(', ')}). Run \`npm install\` in this folder first.\n`,
  );
  process.exit(1);
}
/** Folders that hold what tsconfig.build.json compiles. */
const SOURCES = ['core', 'cards', 'dialogs', 'storage', 'jobs', 'adapters', 'bot', 'manifest', 'tests'];

function newestSource() {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, String(name))),
  ).filter((name) => name.endsWith('.ts'));
  return Math.max(
    ...[...files, join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json')].map(
      (name) => statSync(name).mtimeMs,
    ),
  );
}

/** An install without development packages lacks types of packages to check by and runs no tests: it only compiles the product. */
const hasTypes = existsSync(join(root, 'node_modules', '@types', 'restify'));
const config = join(root, hasTypes ? 'tsconfig.build.json' : 'tsconfig.production.json');
const built = join(root, 'dist', '.tsbuildinfo');
if (existsSync(built) && existsSync(server) && statSync(server).mtimeMs > newestSource()) process.exit(0);

const { status } = spawnSync(process.execPath, [compiler, '-p', config], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (status !== 0) process.exit(status ?? 1);

const { build } = await import('esbuild');
/** What the server loads before all packages, which a module that is joined would not be. */
const first = '../core/kernel/young-space.js';
// Apart, or the parts that both share would be many files again.
const outputs = await Promise.all(
  [
    ['server', 'dist/bot/main.js'],
    ['cli', 'dist/bot/cli/main.js'],
  ].map(async ([name, entry]) => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: { [name]: entry },
      outdir: run,
      chunkNames: `${name}-[name]-[hash]`,
      bundle: true,
      packages: 'external',
      external: [first],
      ...(name === 'server' && { banner: { js: `import '${first}';` } }),
      platform: 'node',
      format: 'esm',
      splitting: true,
      target: 'node20',
      sourcemap: true,
      sourcesContent: false,
      metafile: true,
      logLevel: 'warning',
    });
    return Object.keys(metafile.outputs).map((file) => basename(file));
  }),
);
const fresh = new Set(outputs.flat());
// What esbuild does not write in ASCII are regular expressions; without them V8 keeps a byte for each character and not two.
for (const name of fresh) {
  if (!name.endsWith('.js')) continue;
  const text = readFileSync(join(run, name), 'utf8');
  const ascii = text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (ascii !== text) writeFileSync(join(run, name), ascii);
}
for (const name of readdirSync(run)) if (!fresh.has(name)) rmSync(join(run, name));
