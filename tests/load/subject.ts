import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** A bot under load, in a process of its own. */
export interface Subject {
  name: string;
  port: number;
  /** From the start of the process until it took requests, in milliseconds. */
  readyMs: number;
  /** Processor time that the process has used so far, in microseconds; resolution 10 ms. */
  cpuMicros(): number;
  /** Memory that the process holds, in bytes, with the pages of mapped files. */
  rssBytes(): number;
  /** The same without mapped files: those of the built-in store grow with its data, and the system takes them back at will. */
  ownBytes(): number;
  stop(): Promise<void>;
}

const TICK_MICROS = 10_000;
const READY_WITHIN_MS = 180_000;

/** Starts a bot that prints `{"port":N}` on its first line. */
export async function startBareBot(
  name: string,
  file: string,
  env: Record<string, string> = {},
): Promise<Subject> {
  const started = performance.now();
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error(`${name} has no output.`);
  for await (const line of createInterface({ input: child.stdout })) {
    const { port } = JSON.parse(line) as { port: number };
    child.stdout.resume();
    return subjectOf(name, child, port, performance.now() - started);
  }
  throw new Error(`${name} ended before it was ready.`);
}

/** Starts a server that answers `/readyz` with 200 once it is ready. */
export async function startServer(
  name: string,
  file: string,
  port: number,
  env: Record<string, string>,
  nodeFlags: string[] = [],
): Promise<Subject> {
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, file], {
    env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    output.push(chunk.toString());
    if (output.length > 200) output.shift();
  });
  while (performance.now() - started < READY_WITHIN_MS) {
    if (child.exitCode !== null) throw new Error(`${name} did not start:\n${output.join('').slice(-2000)}`);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return subjectOf(name, child, port, performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill('SIGKILL');
  throw new Error(
    `${name} was not ready after ${READY_WITHIN_MS / 1000} s:\n${output.join('').slice(-2000)}`,
  );
}

function subjectOf(name: string, child: ChildProcess, port: number, readyMs: number): Subject {
  const pid = child.pid ?? 0;
  return {
    name,
    port,
    readyMs,
    cpuMicros: () => {
      // Fields 14 and 15 of proc_pid_stat(5), counted after the command's closing parenthesis.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
    },
    rssBytes: () => statusBytes(pid, 'VmRSS'),
    ownBytes: () => statusBytes(pid, 'RssAnon'),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(cut);
    },
  };
}

/** A line of proc_pid_status(5), in bytes. */
function statusBytes(pid: number, line: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
