import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';

/** A person's authenticator as stored; the secret is sealed at rest. */
export interface TotpEnrolment {
  personId: string;
  /** Base 32. */
  secret: string;
  /** False until the first code was given. */
  confirmed: boolean;
  /** The 30-second step of the last code that was taken; no code of that step or before is taken again. */
  lastStep: number;
  /** SHA-256 of the recovery codes that are left. */
  recovery: string[];
  failures: number;
  lockedUntil?: Date;
}

/** Authenticators of one tenant. Implemented by `storage/mongo/totp-repository.ts`. */
export interface TotpRepository {
  get(personId: string): Promise<TotpEnrolment | undefined>;
  save(enrolment: TotpEnrolment): Promise<void>;
  /** @returns false when a code of this step, or of a later one, was taken before. */
  spendStep(personId: string, step: number): Promise<boolean>;
  /** @returns false when the code is not among those left. */
  spendRecovery(personId: string, hash: string): Promise<boolean>;
  noteFailure(personId: string, lockedUntil: Date | undefined): Promise<void>;
  remove(personId: string): Promise<boolean>;
}

export type CodeCheck = 'ok' | 'wrong' | 'not-enrolled' | 'locked';

export interface TotpService {
  /** Begins anew unless codes are set up already. @returns undefined in that case. */
  enrol(
    tenantId: string,
    person: { id: string; label: string },
  ): Promise<{ secret: string; uri: string } | undefined>;
  /** Ends the enrolment with a first code. @returns the recovery codes, told this once. */
  confirm(tenantId: string, personId: string, code: string): Promise<string[] | undefined>;
  verify(tenantId: string, personId: string, code: string): Promise<CodeCheck>;
  reset(tenantId: string, personId: string): Promise<boolean>;
}

const STEP_S = 30; // RFC 6238, section 5.2
const MOST_FAILURES = 5;
const LOCK_MS = 15 * 60_000;
const RECOVERY_CODES = 8;

/** Loaded when the first person uses codes. */
const otplib = (): Promise<typeof import('otplib')> => import('otplib');

/** Time-based one-time codes (RFC 6238) for decisions that ask for more than a click. */
export function createTotp(
  repository: (tenantId: string) => TotpRepository,
  clock: Clock,
  issuer: string,
): TotpService {
  const stepOf = async (secret: string, code: string): Promise<number | undefined> => {
    const epoch = Math.floor(clock.now().getTime() / 1000);
    if (!/^\d{6}$/.test(code)) return undefined;
    const { verify } = await otplib();
    const result = await verify({ secret, token: code, epoch, epochTolerance: STEP_S });
    return result.valid ? Math.floor(epoch / STEP_S) + result.delta : undefined;
  };
  return {
    async enrol(tenantId, { id, label }) {
      const known = await repository(tenantId).get(id);
      if (known?.confirmed) return undefined;
      const { generateSecret, generateURI } = await otplib();
      const secret = generateSecret();
      await repository(tenantId).save({
        personId: id,
        secret,
        confirmed: false,
        lastStep: 0,
        recovery: [],
        failures: 0,
      });
      return { secret, uri: generateURI({ issuer, label, secret }) };
    },
    async confirm(tenantId, personId, code) {
      const enrolment = await repository(tenantId).get(personId);
      if (!enrolment || enrolment.confirmed) return undefined;
      const step = await stepOf(enrolment.secret, tidy(code));
      if (step === undefined) return undefined;
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      await repository(tenantId).save({
        ...enrolment,
        confirmed: true,
        lastStep: step,
        recovery: codes.map((each) => hashOf(personId, each)),
      });
      return codes;
    },
    async verify(tenantId, personId, given) {
      const store = repository(tenantId);
      const enrolment = await store.get(personId);
      if (!enrolment?.confirmed) return 'not-enrolled';
      if (enrolment.lockedUntil && enrolment.lockedUntil > clock.now()) return 'locked';
      const code = tidy(given);
      const step = await stepOf(enrolment.secret, code);
      const taken =
        step === undefined
          ? await store.spendRecovery(personId, hashOf(personId, code))
          : await store.spendStep(personId, step);
      if (taken) return 'ok';
      const isLast = enrolment.failures + 1 >= MOST_FAILURES;
      await store.noteFailure(personId, isLast ? new Date(clock.now().getTime() + LOCK_MS) : undefined);
      return 'wrong';
    },
    reset: (tenantId, personId) => repository(tenantId).remove(personId),
  };
}

const tidy = (code: string): string => code.toLowerCase().replace(/[\s-]/g, '');

/** 50 bits, in two groups that are easy to write down. */
function newRecoveryCode(): string {
  const text = [...randomBytes(10)]
    .map((byte) => 'abcdefghjkmnpqrstuvwxyz23456789x'.charAt(byte & 31))
    .join('');
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

const hashOf = (personId: string, code: string): string =>
  createHash('sha256')
    .update(`${personId}|${tidy(code)}`)
    .digest('hex');
