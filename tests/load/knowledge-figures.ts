import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { shippedFile } from '../../core/kernel/package-root.js';

export interface IngestFigure {
  folder: string;
  documents: number;
  seconds: number;
}

export interface SearchFigure {
  questions: number;
  /** Part of the answerable questions whose document is among the first five. */
  amongFirstFive: number;
  seconds: number;
}

const CLI = shippedFile('dist', 'run', 'cli.js');

/** Takes each folder into an empty knowledge base; the time is the command's own, without its start. */
export async function measureIngest(folders: string[], say: (text: string) => void): Promise<IngestFigure[]> {
  const figures: IngestFigure[] = [];
  for (const folder of folders) {
    say(`Taking in ${basename(folder)} …`);
    const dataDir = mkdtempSync(join(tmpdir(), 'steward-bench-ingest-'));
    const lines = await run(['ingest', folder, '--json'], { STEWARD_DATA_DIR: dataDir });
    rmSync(dataDir, { recursive: true, force: true });
    const { report } = JSON.parse(lines.at(-1) ?? '') as IngestSummary;
    const documents = report.counts.added + report.counts.changed;
    figures.push({ folder: basename(folder), documents, seconds: report.ms / 1000 });
  }
  return figures;
}

interface IngestSummary {
  report: { counts: { added: number; changed: number }; ms: number };
}

interface Question {
  id: string;
  question: string;
  answerable?: boolean;
  source_path?: string;
}

/** Searches a folder for every answerable question of a file, on a temporary index. */
export async function measureSearch(
  folder: string,
  file: string,
  say: (text: string) => void,
): Promise<SearchFigure> {
  const questions = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Question)
    .filter(({ answerable, source_path }) => answerable !== false && source_path !== undefined);
  say(`Searching ${basename(folder)} for ${questions.length} questions …`);
  const scratch = mkdtempSync(join(tmpdir(), 'steward-bench-search-'));
  const queries = join(scratch, 'queries.jsonl');
  writeFileSync(queries, questions.map(({ id, question }) => JSON.stringify({ id, question })).join('\n'));
  const started = performance.now();
  const lines = await run(['search', '--kb', folder, '--queries', queries, '--k', '5', '--json'], {
    STEWARD_DATA_DIR: join(scratch, 'data'),
  });
  const seconds = (performance.now() - started) / 1000;
  rmSync(scratch, { recursive: true, force: true });
  const found = lines.filter((line, index) => {
    const { hits } = JSON.parse(line) as { hits: { path: string }[] };
    return hits.some(({ path }) => path === questions[index]?.source_path);
  });
  return { questions: questions.length, amongFirstFive: found.length / questions.length, seconds };
}

function run(args: string[], env: Record<string, string>): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, LOG_LEVEL: 'error', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      // 1 tells of files that were refused, which a folder of somebody else's may well hold.
      if (code === 0 || (code === 1 && args[0] === 'ingest'))
        return resolve(Buffer.concat(out).toString().trim().split('\n'));
      reject(
        new Error(`steward ${args[0]} ended with ${code}: ${Buffer.concat(errors).toString().slice(-800)}`),
      );
    });
  });
}
