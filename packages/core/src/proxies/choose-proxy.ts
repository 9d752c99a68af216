import { MusterError } from '@muster/sdk';
import type { ProxyRecord } from './proxy-record.ts';
import { countryOfProxy } from './proxy-record.ts';

/** When all that fit were tried by the one who asks. */
const TRIED_ALL_MS = 60_000;

export interface Wanted {
  readonly country: string | undefined;
  readonly exclude: ReadonlySet<string>;
  /** The one that the account had. */
  readonly sticky: string | undefined;
}

const usable = ({ state }: ProxyRecord): boolean => state === 'good' || state === 'unchecked';

/**
 * The account's own while that is fit, else the least busy; among equals one that is known to be good, then the one that rested
 * longest. NOTHING_AVAILABLE when there is none: with `retryAfterMs` and the remedy `change-proxy` when waiting helps.
 * The records are as of now: what may be tried again is not `dead`.
 */
export function chooseProxy(
  all: Iterable<ProxyRecord>,
  { country, exclude, sticky }: Wanted,
  { now, busy }: { readonly now: number; readonly busy: (id: string) => number },
): ProxyRecord {
  const inPlace = [...all].filter((proxy) => country === undefined || countryOfProxy(proxy) === country);
  const free = inPlace.filter((proxy) => usable(proxy) && !exclude.has(proxy.id));
  const own = free.find(({ id }) => id === sticky);
  if (own) return own;
  const rank = (proxy: ProxyRecord): readonly number[] => [busy(proxy.id), proxy.state === 'good' ? 0 : 1, proxy.usedAt];
  const [first, ...others] = free;
  if (!first) throw nothing(inPlace, country, now);
  return others.reduce((best, proxy) => (isBefore(rank(proxy), rank(best)) ? proxy : best), first);
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

function nothing(inPlace: readonly ProxyRecord[], country: string | undefined, now: number): MusterError {
  const where = country === undefined ? '' : ` for ${country}`;
  const on = inPlace.filter(({ state }) => state !== 'disabled');
  const details = { country: country ?? null, proxies: inPlace.length, disabled: inPlace.length - on.length };
  if (on.length === 0) {
    const why =
      inPlace.length === 0 ? `There is no proxy${where}; add or import one` : `Every proxy${where} is disabled; enable one`;
    return new MusterError('NOTHING_AVAILABLE', `${why}.`, { details });
  }
  const dead = on.filter(({ state }) => state === 'dead');
  const tried = dead.length < on.length;
  const until = Math.min(...dead.map(({ nextCheckAt }) => nextCheckAt ?? now), ...(tried ? [now + TRIED_ALL_MS] : []));
  const retryAfterMs = Math.max(1_000, until - now);
  const what = tried ? `Every proxy${where} is dead or was tried just now` : `Every proxy${where} is dead`;
  const message = `${what} (${on.length}); the next one may be tried in ${Math.ceil(retryAfterMs / 1_000)} s. See why each failed in the list of proxies.`;
  return new MusterError('NOTHING_AVAILABLE', message, {
    retryAfterMs,
    remedy: 'change-proxy',
    details: { ...details, dead: dead.length },
  });
}
