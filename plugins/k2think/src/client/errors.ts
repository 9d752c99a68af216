/**
 * What a call ended with. `code` is `NO_AVAILABLE_ACCOUNTS` (with `retryAfter`, ms until the first account is free),
 * `RATE_LIMIT_EXCEEDED` (with `accountId`; all retries are spent), or what the gateway or the service says.
 */
export class K2ThinkError extends Error {
  readonly code: string;
  /** Of HTTP; 0 where no answer came. */
  readonly status: number;
  readonly accountId: string | undefined;
  /** In ms. */
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    code: string,
    message: string,
    facts: {
      readonly status?: number;
      readonly accountId?: string | undefined;
      readonly retryAfter?: number | undefined;
      readonly requestId?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = 'K2ThinkError';
    this.code = code;
    this.status = facts.status ?? 0;
    this.accountId = facts.accountId;
    this.retryAfter = facts.retryAfter;
    this.requestId = facts.requestId;
  }
}

interface Said {
  readonly error?: {
    readonly message?: string;
    readonly code?: string | null;
    readonly accountId?: string;
    readonly retryAfter?: number;
    readonly retryAfterMs?: number;
  };
}

/** Reads an error of the gateway, or of the host before it. */
export function errorFrom(value: unknown, status: number, requestId?: string): K2ThinkError {
  const { error } = (value ?? {}) as Said;
  return new K2ThinkError(error?.code ?? `HTTP_${status}`, error?.message ?? `The gateway answered ${status}.`, {
    status,
    requestId,
    accountId: error?.accountId,
    retryAfter: error?.retryAfter ?? error?.retryAfterMs,
  });
}
