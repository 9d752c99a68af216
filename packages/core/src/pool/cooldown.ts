import { MusterError } from '@muster/sdk';

/** The longest that an account is put away or leased: 400 days. A longer one is a mistake of somebody's clock or unit. */
export const MAX_COOLDOWN_MS = 400 * 24 * 60 * 60_000;

/** The end of a cooldown, at most MAX_COOLDOWN_MS from now; one in the past ends now. BAD_INPUT when it is no time. */
export function cooldownEnd(until: number, now: number): number {
  if (Number.isNaN(until)) throw new MusterError('BAD_INPUT', 'A cooldown needs its end in milliseconds since the epoch.');
  return Math.round(Math.min(Math.max(until, now), now + MAX_COOLDOWN_MS));
}

/** When a lease taken now ends. BAD_INPUT when the duration is not a positive number of milliseconds within the bound. */
export function leaseEnd(ttlMs: number, now: number): number {
  if (!(ttlMs > 0 && ttlMs <= MAX_COOLDOWN_MS))
    throw new MusterError('BAD_INPUT', `A lease lasts between 1 ms and 400 days, not ${ttlMs} ms.`);
  return Math.ceil(now + ttlMs);
}
