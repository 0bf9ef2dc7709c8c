import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot, shippedFile } from '../../core/kernel/package-root.js';

const READY_WITHIN_MS = 180_000;

/** The built program as `npm start` runs it, to be killed and started again on the same port and data. */
export class StewardServer {
  /** When it was killed, on the clock of `performance.now()`. */
  readonly killedAt: number[] = [];
  /** Correlation ids of messages that it sent though a dead process may have sent them: so it said in its log. */
  readonly perhapsAgain = new Set<string>();
  private child: ChildProcess | undefined;
  private output: string[] = [];

  constructor(
    readonly port: number,
    private readonly env: Record<string, string>,
  ) {}

  /** Resolves once `/readyz` says 200. @throws Error with its last output when it ends before. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [shippedFile('dist', 'run', 'server.js')], {
      cwd: packageRoot,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        NODE_OPTIONS: '',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        PORT: String(this.port),
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.output = [];
    for (const output of [child.stdout, child.stderr])
      createInterface({ input: output }).on('line', (line) => this.note(line));
    const end = performance.now() + READY_WITHIN_MS;
    while ((await this.readiness()) !== 200) {
      if (child.exitCode !== null || performance.now() > end)
        throw new Error(`The server is not ready:\n${this.output.join('\n').slice(-4000)}`);
      await pause(50);
    }
  }

  private note(line: string): void {
    this.output = [...this.output, line].slice(-100);
    if (!line.includes('a dead process may have sent already')) return;
    this.perhapsAgain.add((JSON.parse(line) as { correlationId: string }).correlationId);
  }

  /** A gauge or counter of `/metrics`, summed over its labels; `undefined` when nobody answers. */
  async metric(name: string): Promise<number | undefined> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/metrics`).catch(() => undefined);
    const lines = (await answer?.text())?.split('\n').filter((line) => line.startsWith(name));
    return lines?.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** Status of `/readyz`; 0 when nobody answers. */
  async readiness(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status ?? 0;
  }

  /** Its last output, and how it ended. */
  get lastWords(): string {
    const { exitCode, signalCode } = this.child ?? {};
    return `${this.output.join('\n')}\nexit code ${String(exitCode)}, signal ${String(signalCode)}`;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (await this.end('SIGKILL')) this.killedAt.push(performance.now());
  }

  /** Ends it as an operator would. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    const { child } = this;
    if (!child || !this.isRunning) return false;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return true;
  }
}
