import { toMusterError, type RequestSlot } from '@muster/sdk';
import type { Account } from '../schemas.ts';
import type { GatewayError } from './answer-error.ts';
import type { Base } from './base.ts';
import type { Verdict } from './call.ts';

/** One account's turn at a request. */
export interface Attempt {
  readonly slot: RequestSlot<Account>;
  readonly base: Base;
}

/** Only the host: an address may hold what is not for everybody. */
export const trouble = (message: string, status = 502): GatewayError => ({
  status,
  message,
  code: 'SERVICE_ERROR',
  type: 'server_error',
});

/** A sign-in that was refused says what becomes of the account. */
export function refusedSignIn({ slot, base }: Attempt, thrown: unknown, now: number): Verdict {
  const error = toMusterError(thrown);
  const { status = 'invalid', message, retryAfterMs: wait = 1_000 } = error;
  const accountId = slot.account.id;
  if (error.remedy === 'retire-account') {
    base.breaker.unknown();
    slot.finish({ kind: 'failed', status, why: message });
    return { kind: 'again', error: { status: 401, code: error.code, message, accountId } };
  }
  if (error.remedy === 'rest-account') {
    base.breaker.unknown();
    slot.finish({ kind: 'rest', until: now + wait, status: 'rate-limited', why: message });
    return { kind: 'again', error: { status: 429, code: 'RATE_LIMIT_EXCEEDED', message, accountId, retryAfterMs: wait } };
  }
  slot.finish({ kind: 'unused' });
  if (error.remedy === 'retry') base.breaker.fault();
  else base.breaker.unknown();
  return { kind: 'again', error: trouble(message), pause: true };
}
