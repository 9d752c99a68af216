import { MAX_COOLDOWN_MS } from './cooldown.ts';

/** Limits of one account: an exact sliding window, reserved when picked and corrected when finished. */
export interface RateLimits {
  /** Requests within any stretch of `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
  /** Once the limit is reached, nothing for so long; 0: only as long as the window itself asks for. */
  readonly cooldownMs: number;
  /** Requests at once. Default: no bound besides the limit. */
  readonly maxConcurrent?: number;
  /** The longest rest that a service may ask for (`Retry-After`). Default: 24 hours. */
  readonly maxRestMs?: number;
}

export const DEFAULT_MAX_REST_MS = 24 * 60 * 60_000;

/** One request that may be made. It counts as made just now until `sent` or `finish` fixes its time. */
export interface Reservation {
  /** The request leaves now: the service counts it from here. */
  sent(): void;
  /** It is over. */
  finish(): void;
  /** It was never sent: as if never reserved. */
  cancel(): void;
}

/** What a restart must not forget. */
export interface RateSnapshot {
  readonly sent: readonly number[];
  readonly restUntil: number;
}

export interface RateWindow {
  /** Undefined when none may be made now. */
  reserve(): Reservation | undefined;
  /** When the next one may be made: now or earlier if at once, Infinity when only the end of one that runs frees a place. */
  availableAt(): number;
  /** The service asks for a rest. The longer of two stands, and none beyond the bound. */
  rest(until: number): void;
  /** Requests that count now. */
  readonly uses: number;
  readonly inFlight: number;
  snapshot(): RateSnapshot;
  /** Forgets what was sent and every rest; requests that run go on to count. */
  reset(): void;
}

/**
 * The limit holds for every stretch of `windowMs`, measured by the times at which requests were sent: one that was reserved
 * but not sent yet counts as if it were sent at any moment until it is.
 */
export function createRateWindow(limits: RateLimits, now: () => number, before?: RateSnapshot): RateWindow {
  const { limit, windowMs, cooldownMs, maxConcurrent = Infinity, maxRestMs = DEFAULT_MAX_REST_MS } = limits;
  /** Ascending; those before `first` have left the window. */
  let times = [...(before?.sent ?? [])].filter((time) => time <= now()).toSorted((left, right) => left - right);
  let first = 0;
  let pending = 0;
  let inFlight = 0;
  let cooledUntil = -Infinity;
  let restUntil = Math.min(before?.restUntil ?? -Infinity, now() + Math.min(maxRestMs, MAX_COOLDOWN_MS));

  const forget = (): void => {
    const gone = now() - windowMs;
    while (first < times.length && (times[first] as number) <= gone) first += 1;
    if (first > 64 && first * 2 > times.length) {
      times = times.slice(first);
      first = 0;
    }
  };
  const count = (): number => {
    forget();
    return pending + times.length - first;
  };
  const availableAt = (): number => {
    const used = count();
    if (inFlight >= maxConcurrent || pending >= limit) return Infinity;
    const rested = Math.max(cooledUntil, restUntil);
    if (used < limit) return rested;
    return Math.max(rested, (times[first + used - limit] as number) + windowMs);
  };

  return {
    reserve() {
      if (availableAt() > now()) return undefined;
      pending += 1;
      inFlight += 1;
      if (count() >= limit) cooledUntil = now() + cooldownMs;
      let counted = false;
      let over = false;
      const fix = (): void => {
        if (counted) return;
        counted = true;
        pending -= 1;
        times.push(now());
      };
      const finish = (): void => {
        if (over) return;
        fix();
        over = true;
        inFlight -= 1;
      };
      return {
        sent: fix,
        finish,
        cancel() {
          if (over || counted) {
            finish();
            return;
          }
          over = true;
          pending -= 1;
          inFlight -= 1;
          // The limit was not reached after all.
          if (count() < limit) cooledUntil = -Infinity;
        },
      };
    },
    availableAt,
    rest(until) {
      if (Number.isNaN(until)) return;
      restUntil = Math.max(restUntil, Math.min(until, now() + Math.min(maxRestMs, MAX_COOLDOWN_MS)));
    },
    get uses() {
      return count();
    },
    get inFlight() {
      return inFlight;
    },
    reset() {
      times = [];
      first = 0;
      cooledUntil = -Infinity;
      restUntil = -Infinity;
    },
    snapshot() {
      forget();
      const open = Array.from({ length: pending }, now);
      return { sent: [...times.slice(first), ...open], restUntil: Math.max(restUntil, cooledUntil, 0) };
    },
  };
}
