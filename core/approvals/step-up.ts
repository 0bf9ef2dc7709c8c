/** A second proof of who is there, for risky decisions. Implemented by `core/governance/identity/totp.ts`. */
export interface StepUp {
  /**
   * Spends a code from the person's authenticator, or one of the recovery codes.
   * @returns `ok` once per code; a code that was used before is `wrong`; `locked` after too many wrong ones.
   */
  verify(
    tenantId: string,
    personId: string,
    code: string,
  ): Promise<'ok' | 'wrong' | 'not-enrolled' | 'locked'>;
}
