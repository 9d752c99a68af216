import type { ErrorCode } from './error-codes.ts';

/** What the engine does with the task that threw. */
export type Remedy = 'fail' | 'retry' | 'rest-account' | 'retire-account' | 'change-proxy';

export interface MusterErrorOptions extends ErrorOptions {
  readonly remedy?: Remedy;
  /** With `retry` and `rest-account`: not before this many milliseconds from now. */
  readonly retryAfterMs?: number;
  /** With `rest-account` and `retire-account`: the plugin's own status word for the account. */
  readonly status?: string;
  /** Plain facts for a program that reads the error; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class. `code` is the stable contract (see `ERROR_CODES`; plugins may add their own, UPPER_SNAKE),
 * `message` says what happened, to which thing, and what to do now.
 */
export class MusterError extends Error {
  readonly code: string;
  readonly remedy: Remedy;
  readonly retryAfterMs: number | undefined;
  readonly status: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode | (string & {}), message: string, options: MusterErrorOptions = {}) {
    super(message, options);
    this.name = 'MusterError';
    this.code = code;
    this.remedy = options.remedy ?? 'fail';
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.details = options.details;
  }
}

/** Something passing is in the way (network, 5xx): try again with backoff. */
export const retryLater = (message: string, options: Omit<MusterErrorOptions, 'remedy'> = {}): MusterError =>
  new MusterError('RETRY_LATER', message, { ...options, remedy: 'retry' });

/** The service asked this account to slow down. Costs no attempt. */
export const restAccount = (
  message: string,
  retryAfterMs: number,
  options: Omit<MusterErrorOptions, 'remedy'> = {},
): MusterError => new MusterError('ACCOUNT_RESTS', message, { ...options, retryAfterMs, remedy: 'rest-account' });

/** The account itself is unusable: wrong password, banned, closed. */
export const retireAccount = (code: string, message: string, options: Omit<MusterErrorOptions, 'remedy'> = {}): MusterError =>
  new MusterError(code, message, { ...options, remedy: 'retire-account' });

/** The way out is at fault, not the account. Costs no attempt. */
export const changeProxy = (message: string, options: Omit<MusterErrorOptions, 'remedy'> = {}): MusterError =>
  new MusterError('PROXY_FAULT', message, { ...options, remedy: 'change-proxy' });

/** Any thrown value as a MusterError; what is not one becomes `INTERNAL` with its cause kept. */
export function toMusterError(thrown: unknown): MusterError {
  if (thrown instanceof MusterError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new MusterError('ABORTED', 'The work was stopped.', { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MusterError('INTERNAL', message, { cause: thrown });
}
