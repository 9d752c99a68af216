import type { RotationBudget, RotationLimits } from '@muster/sdk';
import { bundleTimes, unbundleTimes, type BundledTime } from './bundle-times.ts';
import { MAX_COOLDOWN_MS } from './cooldown.ts';
import { createTokenWindow, TOKEN_WINDOW_MS, type TokenSnapshot } from './token-window.ts';

/** Limits of one account: an exact sliding window, reserved when picked and corrected when finished. */
export type RateLimits = RotationLimits;

export const DEFAULT_MAX_REST_MS = 24 * 60 * 60_000;

/** One request that may be made. It counts as made just now until `sent` or `finish` fixes its time. */
export interface Reservation {
  /** The service has counted it by now: it leaves the window so long after this. */
  sent(): void;
  /** It is over. `tokens` is what it cost, where that is known. */
  finish(tokens?: number): void;
  /** It was never sent: as if never reserved. */
  cancel(): void;
}

/** What a restart must not forget. */
export interface RateSnapshot {
  /** When the requests that still count were made, or somewhat later. */
  readonly sent: readonly BundledTime[];
  /** Requests whose time is not fixed yet. */
  readonly open?: number;
  readonly restUntil: number;
  readonly tokens?: TokenSnapshot;
}

export interface WindowBudget {
  readonly requests: RotationBudget;
  readonly tokens: RotationBudget | null;
}

/** Methods only: each object with a getter has a hidden class of its own, and there is one for each account. */
export interface RateWindow {
  /** Undefined when none may be made now. `tokens`: what it may cost. */
  reserve(tokens?: number): Reservation | undefined;
  /** When the next one may be made: now or earlier if at once, Infinity when only the end of one that runs frees a place. */
  availableAt(tokens?: number): number;
  /** The service asks for a rest. The longer of two stands, and none beyond the bound. */
  rest(until: number): void;
  /** Somebody made it ready before its time. */
  wake(): void;
  /** Until when it rests, also after its limit was reached; in the past when it does not. */
  restUntil(): number;
  /** Requests that count now. */
  uses(): number;
  /** What may still be made within the windows: of requests, and of tokens where they have a limit. */
  budget(): WindowBudget;
  inFlight(): number;
  snapshot(): RateSnapshot;
  /** Forgets what was sent and every rest; requests that run go on to count. */
  reset(): void;
  /** What is counted stays. */
  configure(limits: RateLimits): void;
}

/**
 * The limit holds for every stretch of `windowMs`: a request that was reserved counts as if it were made at any moment
 * until its time is fixed, at a moment at which the service has counted it for sure.
 */
export function createRateWindow(given: RateLimits, now: () => number, before?: RateSnapshot): RateWindow {
  let limits = given;
  /** Most accounts have no limit of tokens, and there may be many accounts. */
  let tokens = before?.tokens && before.tokens.length > 0 ? createTokenWindow(now, before.tokens) : undefined;
  const maxRest = (): number => now() + Math.min(limits.maxRestMs ?? DEFAULT_MAX_REST_MS, MAX_COOLDOWN_MS);
  /** Ascending; those before `first` have left the window. */
  let times = unbundleTimes(before?.sent ?? [])
    .map((time) => Math.min(time, now()))
    .toSorted((left, right) => left - right);
  // Nobody knows when a service met those of a host that is gone: at the latest now.
  for (let open = before?.open ?? 0; open > 0; open -= 1) times.push(now());
  let first = 0;
  let pending = 0;
  let inFlight = 0;
  let cooledUntil = -Infinity;
  let restUntil = Math.min(before?.restUntil ?? -Infinity, maxRest());

  const forget = (): void => {
    const gone = now() - limits.windowMs;
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
  const availableAt = (wanted = 0): number => {
    const used = count();
    if (inFlight >= (limits.maxConcurrent ?? Infinity) || pending >= limits.limit) return Infinity;
    const rested = Math.max(cooledUntil, restUntil);
    const enough =
      limits.tokensPerMinute === undefined || !tokens ? -Infinity : tokens.availableAt(wanted, limits.tokensPerMinute);
    if (used < limits.limit) return Math.max(rested, enough);
    return Math.max(rested, enough, (times[first + used - limits.limit] as number) + limits.windowMs);
  };

  return {
    reserve(wanted) {
      if (availableAt(wanted) > now()) return undefined;
      pending += 1;
      inFlight += 1;
      if (count() >= limits.limit) cooledUntil = now() + limits.cooldownMs;
      if (limits.tokensPerMinute !== undefined) tokens ??= createTokenWindow(now);
      const cost = limits.tokensPerMinute === undefined ? undefined : tokens?.reserve(wanted ?? 0);
      let counted = false;
      let over = false;
      const fix = (): void => {
        if (counted) return;
        counted = true;
        pending -= 1;
        times.push(now());
        cost?.fix();
      };
      const finish = (spent?: number): void => {
        if (over) return;
        fix();
        over = true;
        inFlight -= 1;
        if (spent !== undefined) cost?.correct(spent);
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
          cost?.cancel();
          // The limit was not reached after all.
          if (count() < limits.limit) cooledUntil = -Infinity;
        },
      };
    },
    availableAt,
    rest(until) {
      if (Number.isNaN(until)) return;
      restUntil = Math.max(restUntil, Math.min(until, maxRest()));
    },
    wake() {
      restUntil = -Infinity;
    },
    restUntil: () => Math.max(restUntil, cooledUntil),
    uses: count,
    inFlight: () => inFlight,
    budget() {
      const used = count();
      const { limit, windowMs, tokensPerMinute } = limits;
      const rested = Math.max(cooledUntil, restUntil);
      const rests = rested > now();
      const last = pending > 0 ? now() : (times.at(-1) ?? -Infinity);
      const left = rests ? 0 : Math.max(0, limit - used);
      const requests = { limit, left, fullAt: Math.max(rested, used === 0 ? -Infinity : last + windowMs) };
      if (tokensPerMinute === undefined) return { requests, tokens: null };
      const spent = tokens?.used() ?? 0;
      const there = rests ? 0 : Math.max(0, tokensPerMinute - spent);
      return {
        requests,
        tokens: {
          limit: tokensPerMinute,
          left: there,
          fullAt: Math.max(rested, spent === 0 ? -Infinity : last + TOKEN_WINDOW_MS),
        },
      };
    },
    reset() {
      times = [];
      first = 0;
      cooledUntil = -Infinity;
      restUntil = -Infinity;
      tokens?.reset();
    },
    snapshot() {
      forget();
      const kept = tokens?.snapshot() ?? [];
      return {
        sent: bundleTimes(times.slice(first)),
        ...(pending > 0 && { open: pending }),
        restUntil: Math.max(restUntil, cooledUntil, 0),
        ...(kept.length > 0 && { tokens: kept }),
      };
    },
    configure(changed) {
      limits = changed;
      if (count() < limits.limit) cooledUntil = -Infinity;
    },
  };
}
