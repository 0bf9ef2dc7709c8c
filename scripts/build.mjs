/**
 * Compiles TypeScript into dist/ when a source is newer than the last build; prints nothing when all is well.
 * A deployed copy without the compiler keeps the dist/ it came with.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

if (!existsSync(compiler)) {
  if (existsSync(join(root, 'dist', 'bot', 'main.js'))) process.exit(0);
  process.stderr.write(
    'There is neither a compiler nor a build here. Run `npm install` in this folder first.\n',
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

/** An install without development packages has no types to check by and runs no tests: it only compiles the product. */
const hasTypes = existsSync(join(root, 'node_modules', '@types', 'node'));
const config = join(root, hasTypes ? 'tsconfig.build.json' : 'tsconfig.production.json');
const built = join(root, 'dist', '.tsbuildinfo');
if (
  existsSync(built) &&
  existsSync(join(root, 'dist', 'bot', 'main.js')) &&
  statSync(built).mtimeMs > newestSource()
)
  process.exit(0);

const { status } = spawnSync(process.execPath, [compiler, '-p', config], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
process.exit(status ?? 1);
