import type { Button } from './clicks.js';
import type { Subject } from './subject.js';
import { TASKS, type TaskName } from './tasks.js';
import type { TeamsTraffic } from './teams-traffic.js';
import { isCallNotice, isWaitingNotice } from './traffic.js';

/** What is sent at a rate: messages, and clicks on cards that wait. */
export type OpenTask = TaskName | 'click';

export interface Sent {
  conversation: string;
  task: OpenTask;
  /** Counted from the instant at which it was due, so that a generator that falls behind hides nothing. */
  due: number;
  answers: number;
  putOff: number;
  calls: number;
  latency?: number;
}

/** Sends at a rate and remembers what became of every message. */
export class OpenLoad {
  readonly sent: Sent[] = [];
  /** What clicks are made on, each once. */
  readonly buttons: Button[] = [];
  /** The tickets that approved requests were seen to make, and how many were approved. */
  private readonly tickets = new Set<string>();
  private approved = 0;
  private readonly waiting = new Map<string, Sent>();
  private surplus = 0;
  private refused = 0;
  private wrong = 0;

  constructor(
    private readonly subject: Subject,
    private readonly traffic: TeamsTraffic,
    private readonly conversations: number,
  ) {}

  listen(): void {
    this.traffic.onAnswer((answer) => {
      if (answer.isUpdate)
        for (const [ticket] of answer.text.matchAll(/\bT-\d+\b/g)) this.tickets.add(ticket);
      if (answer.isUpdate || answer.inReplyTo === undefined) return;
      const message = this.waiting.get(answer.inReplyTo);
      if (!message) {
        this.surplus += 1;
        return;
      }
      if (isWaitingNotice(answer)) {
        message.putOff += 1;
        return;
      }
      if (isCallNotice(answer)) {
        message.calls += 1;
        return;
      }
      message.answers += 1;
      message.latency ??= performance.now() - message.due;
      if (message.task !== 'click' && !TASKS[message.task].isRight(answer, answer.inReplyTo)) this.wrong += 1;
    });
  }

  /** @param taskOf the kind of the n-th message. */
  async send(perMinute: number, ms: number, taskOf: (count: number) => OpenTask): Promise<void> {
    const gap = 60_000 / perMinute;
    const started = performance.now();
    const total = Math.floor(ms / gap);
    for (let count = 0; count < total;) {
      const due = Math.min(total, Math.floor((performance.now() - started) / gap) + 1);
      for (; count < due; count += 1) this.post(taskOf(count), started + count * gap);
      await pause(4);
    }
    await pause(Math.max(0, started + ms - performance.now()));
  }

  private post(task: OpenTask, due: number): void {
    const number = this.sent.length;
    const conversation = `S${number % this.conversations}`;
    const id = `steady-${number}`;
    const message: Sent = { conversation, task, due, answers: 0, putOff: 0, calls: 0 };
    this.sent.push(message);
    if (task === 'click') return this.click(message);
    this.waiting.set(id, message);
    this.traffic.send(this.subject.port, conversation, id, TASKS[task].text(id)).then(
      (status) => {
        if (status >= 300) this.refused += 1;
      },
      () => {
        this.refused += 1;
      },
    );
  }

  /** A click is answered by the card that says so; that its tool ran shows in the end, on the cards. */
  private click(message: Sent): void {
    const button = this.buttons.pop();
    if (!button) throw new Error('There is nothing left to approve.');
    this.traffic.click(this.subject.port, button.conversation, 'approval.approve', button.data).then(
      ({ status, body }) => {
        if (status >= 300) this.refused += 1;
        else if (!body.includes('approved')) this.wrong += 1;
        else this.approved += 1;
        message.answers += 1;
        message.latency = performance.now() - message.due;
      },
      () => {
        this.refused += 1;
      },
    );
  }

  async answered(messages: Sent[], withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while (performance.now() < end && messages.some(({ answers }) => answers === 0)) await pause(20);
  }

  /** Waits until all are answered and every approved request has its ticket, and a moment for what should not come. */
  async settle(withinMs: number): Promise<void> {
    await this.answered(this.sent, withinMs);
    const end = performance.now() + withinMs;
    while (performance.now() < end && this.tickets.size < this.approved) await pause(50);
    await pause(1_000);
  }

  mistakes(): string {
    const unanswered = this.sent.filter(({ answers }) => answers === 0).length;
    const twice = this.sent.filter(({ answers }) => answers > 1).length;
    const toldTwice = this.sent.filter(({ putOff, calls }) => putOff > 1 || calls > 1).length;
    const counts = {
      unanswered,
      'answered twice': twice,
      'told twice': toldTwice,
      wrong: this.wrong,
      surplus: this.surplus,
      refused: this.refused,
      'approved without a ticket': Math.max(0, this.approved - this.tickets.size),
      'tickets too many': Math.max(0, this.tickets.size - this.approved),
    };
    const found = Object.entries(counts).filter(([, count]) => count > 0);
    return found.length === 0
      ? 'each exactly once'
      : found.map(([name, count]) => `${count} ${name}`).join(', ');
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
