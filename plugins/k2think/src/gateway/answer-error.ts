import { errorBody } from '../wire/openai-error.ts';
import type { Reply } from './reply.ts';

/** Longer than this no client shall sleep over a request without telling anybody. */
const LONG_WAIT_MS = 30_000;

export interface GatewayError {
  readonly status: number;
  readonly message: string;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  readonly accountId?: string | undefined;
  readonly attempts?: number | undefined;
  /** In how many ms it is worth to come again; undefined: not by itself. */
  readonly retryAfterMs?: number | undefined;
}

export const CLOSING: GatewayError = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'The gateway is closing.',
  retryAfterMs: 1_000,
};

const mayRetry = ({ status, retryAfterMs }: GatewayError): boolean => {
  if (status !== 429 && status < 500) return false;
  return retryAfterMs === undefined ? status !== 429 && status !== 503 : retryAfterMs <= LONG_WAIT_MS;
};

/** Headers that say whose answer it is, and whether and when to come again. */
export function errorHeaders(error: GatewayError): Record<string, string> {
  const { retryAfterMs, accountId, attempts } = error;
  return {
    'content-type': 'application/json',
    'x-should-retry': String(mayRetry(error)),
    ...(accountId !== undefined && { 'x-muster-account-id': accountId }),
    ...(attempts !== undefined && { 'x-muster-attempts': String(attempts) }),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.ceil(retryAfterMs / 1_000)),
      'retry-after-ms': String(Math.ceil(retryAfterMs)),
    }),
  };
}

export const errorJson = (error: GatewayError): string => {
  const { status, retryAfterMs } = error;
  return JSON.stringify(
    errorBody(status, { ...error, retryAfter: retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs) }),
  );
};

export function answerError(reply: Reply, error: GatewayError, further: Readonly<Record<string, string>> = {}): void {
  if (reply.over()) return;
  const text = errorJson(error);
  reply.head(error.status, { ...further, ...errorHeaders(error), 'content-length': String(Buffer.byteLength(text)) });
  reply.end(text);
}
