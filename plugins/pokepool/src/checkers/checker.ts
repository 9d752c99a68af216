import type { CheckAnswer } from './answer.ts';

/** What a checker is told of an account. */
export interface CheckSubject {
  readonly provider: string;
  readonly username: string;
  readonly password: string | null;
  readonly level: number | null;
  readonly model: string | null;
  readonly ios: string | null;
  readonly deviceId: string | null;
}

/**
 * Looks whether an account can be used. Errors: RETRY_LATER when the checker cannot answer now (the account is not at
 * fault), CHECK_FAILED when it never will.
 */
export interface Checker {
  check(subject: CheckSubject, signal: AbortSignal): Promise<CheckAnswer>;
}
