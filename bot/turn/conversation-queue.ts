import type { QuestionLimit } from './question-limit.js';

/** Runs work of one key in order and of different keys in parallel, at most `parallel` at once over all keys. */
export interface ConversationQueue {
  /**
   * @param isPatient whether the work lets everything else go first, and runs only within the limit of questions.
   * @returns a promise that settles with the work.
   */
  run<T>(key: string, work: () => Promise<T>, isPatient?: boolean): Promise<T>;
  /** Work that waits or runs, over all keys. */
  readonly size: number;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
  isBusy(key: string): boolean;
}

/** @param questions how much patient work runs at once; as much as any other unless told. */
export function createConversationQueue(parallel: number, questions?: QuestionLimit): ConversationQueue {
  const tails = new Map<string, Promise<unknown>>();
  const urgent: (() => void)[] = [];
  const patient: (() => void)[] = [];
  let idlers: (() => void)[] = [];
  let running = 0;
  let patientRunning = 0;
  let size = 0;
  let looking: NodeJS.Timeout | undefined;

  const begin = (isPatient: boolean): void => {
    running += 1;
    if (isPatient) patientRunning += 1;
  };
  const mayBegin = (isPatient: boolean): boolean =>
    running < parallel && (!isPatient || !questions || patientRunning < questions.current());
  const letIn = (): void => {
    for (const [line, isPatient] of [
      [urgent, false],
      [patient, true],
    ] as const)
      while (line.length > 0 && mayBegin(isPatient)) {
        begin(isPatient);
        line.shift()?.();
      }
  };
  /** What all of them wait for may take long: whether there is room by now is seen without anyone leaving. */
  const lookAgain = (): void => {
    if (!questions || looking || patient.length === 0) return;
    looking = setTimeout(() => {
      looking = undefined;
      letIn();
      lookAgain();
    }, questions.measuredEveryMs);
    looking.unref();
  };
  const enter = (isPatient: boolean): Promise<void> => {
    const line = isPatient ? patient : urgent;
    if (line.length === 0 && mayBegin(isPatient)) {
      begin(isPatient);
      return Promise.resolve();
    }
    const entered = new Promise<void>((resolve) => line.push(resolve));
    lookAgain();
    return entered;
  };
  const leave = (isPatient: boolean): void => {
    running -= 1;
    if (isPatient) patientRunning -= 1;
    letIn();
  };

  return {
    run: (key, work, isPatient = false) => {
      size += 1;
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before
        .catch(() => undefined) // the failure of an earlier turn is that turn's own
        .then(() => enter(isPatient))
        .then(() => work().finally(() => leave(isPatient)))
        .finally(() => {
          size -= 1;
        });
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      tails.set(key, settled);
      void settled.then(() => {
        if (tails.get(key) === settled) tails.delete(key);
        if (size === 0) {
          for (const wake of idlers) wake();
          idlers = [];
        }
      });
      return mine;
    },
    get size() {
      return size;
    },
    isBusy: (key) => tails.has(key),
    idle: () => (size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
