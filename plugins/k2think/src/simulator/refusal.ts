import type { ServerResponse } from 'node:http';
import { answer } from './exchange.ts';
import type { Knobs } from './knobs.ts';

export type Contract = 'official' | 'web';

export interface Refusal {
  readonly contract: Contract;
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly headers?: Record<string, string>;
}

/** In the shape of the contract: `{detail}` of the web API, and what the knob says of the official one. */
export function sendRefusal(response: ServerResponse, how: Refusal, knobs: Knobs): void {
  const { contract, status, message, code = null, headers = {} } = how;
  const shape = contract === 'web' ? 'detail' : knobs.errorBody;
  if (shape === 'html') return answer(response, status, `<html><body>${message}</body></html>`, headers);
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  answer(response, status, shape === 'detail' ? { detail: message } : { error: { message, type, code } }, headers);
}

/** How a 429 says how long to wait. */
export function retryHeaders(waitMs: number, { retryAfter, retryAfterMs }: Knobs): Record<string, string> {
  const wait = retryAfterMs || Math.max(1, Math.ceil(waitMs));
  if (retryAfter === 'none') return {};
  if (retryAfter === 'ms') return { 'retry-after-ms': `${wait}` };
  if (retryAfter === 'seconds') return { 'retry-after': `${Math.ceil(wait / 1_000)}` };
  return { 'retry-after': new Date(Date.now() + wait + 999).toUTCString() };
}
