import type { Account } from './account.ts';

export const ROTATION_STRATEGIES = ['round-robin', 'least-used', 'random', 'priority', 'lru'] as const;
export type RotationStrategy = (typeof ROTATION_STRATEGIES)[number];

/** Limits of each account. Times in milliseconds. */
export interface RotationLimits {
  /** Requests within any stretch of `windowMs`: an exact sliding window. */
  readonly limit: number;
  readonly windowMs: number;
  /** Once the limit is reached, nothing for so long; 0: as long as the window itself asks for. */
  readonly cooldownMs: number;
  /** Requests at once. */
  readonly maxConcurrent?: number;
  /** Tokens within any minute; estimated when a request is reserved, corrected when it ends. */
  readonly tokensPerMinute?: number;
  /** The longest rest that a service may ask for. Default: 24 hours. */
  readonly maxRestMs?: number;
}

export interface RotationSettings {
  readonly strategy: RotationStrategy;
  readonly limits: RotationLimits;
  /** Where the limits of one account differ; asked again when the account changes. */
  readonly limitsFor?: (account: Account<Readonly<Record<string, unknown>>>) => Partial<RotationLimits> | undefined;
  /** Who waits when nobody is free: first come, first served. Default: 1,000 waiting. */
  readonly maxWaiting?: number;
}

export interface SlotRequest {
  /** Accounts that this caller has tried already. */
  readonly exclude?: ReadonlySet<string>;
  /** How long to wait for a free one; 0 (the default) does not wait. */
  readonly maxWaitMs?: number;
  readonly signal?: AbortSignal;
  /** What the request may cost, for `tokensPerMinute`. */
  readonly tokens?: number;
}

/** What was made with a slot, for the figures. Never a secret, never what was said. */
export interface Served {
  readonly status: number;
  readonly durationMs: number;
  readonly model?: string;
  readonly tokens?: number;
  /** A code of what went wrong, whatever the status says. */
  readonly error?: string;
}

export type SlotOutcome =
  | { readonly kind: 'used'; readonly served?: Served }
  /** It was never sent: nothing is counted. */
  | { readonly kind: 'unused' }
  /** The service asked for a rest until then (ms since the epoch). The longer of two stands. */
  | { readonly kind: 'rest'; readonly until: number; readonly status?: string; readonly why?: string; readonly served?: Served }
  /** The account itself is at fault: state `failed`. */
  | { readonly kind: 'failed'; readonly status?: string; readonly why: string; readonly served?: Served };

/** The right to make one request with an account. */
export interface RequestSlot<TData> {
  readonly account: Account<TData>;
  /**
   * The service has counted it by now: call it when the answer begins (its headers are there). It leaves the window so long
   * after this; without it, after its end.
   */
  sent(): void;
  /** A second call does nothing. */
  finish(outcome: SlotOutcome): void;
}

export interface RotationFigure {
  readonly id: string;
  readonly label: string;
  /** Requests in the window now, of `limit`, which may be the account's own. */
  readonly uses: number;
  readonly limit: number;
  readonly inFlight: number;
  /** When it can be picked again (ms since the epoch): now or earlier if at once; null when only an end of a request frees it. */
  readonly availableAt: number | null;
  readonly restUntil: number | null;
  /** Since the account was added: a restart keeps these four. */
  readonly served: number;
  readonly failed: number;
  /** Those of the failed that the service answered with a rest. */
  readonly limited: number;
  readonly tokens: number;
}

export interface RotationTotals {
  readonly accounts: number;
  readonly free: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Of the last minute, the oldest second first. */
  readonly perSecond: readonly number[];
  /** Since the rotation was opened. */
  readonly served: number;
  readonly failed: number;
  readonly limited: number;
  readonly tokens: number;
}

/** One request that has ended. */
export interface RotationRequest extends Served {
  /** When it ended (ms since the epoch). */
  readonly at: number;
  /** Id and label of the account. */
  readonly account: string;
  readonly label: string;
}

/** What all accounts together may still do. */
export interface RotationBudget {
  readonly limit: number;
  readonly left: number;
  /** When all of it is there again, if nothing more is made (ms since the epoch); now or earlier if it is. */
  readonly fullAt: number;
}

/** What was made lately, and what may still be made. */
export interface RotationReport {
  /** How long served requests took (ms), of the last 1,000 within five minutes; null when there are none. */
  readonly latency: { readonly p50: number; readonly p95: number } | null;
  /** The newest first, at most 200. */
  readonly recent: readonly RotationRequest[];
  /** How often each kind of failure came since the rotation was opened, by its code or status; the most frequent first. */
  readonly errors: readonly { readonly kind: string; readonly count: number; readonly lastAt: number }[];
  /** Within the windows of all accounts; one that rests has nothing left. */
  readonly requests: RotationBudget;
  /** Null without a limit of tokens. */
  readonly tokens: RotationBudget | null;
}

/** Spreads requests over the plugin's ready accounts, within their limits; counters and rests survive a restart. */
export interface RequestRotation<TData> {
  readonly settings: RotationSettings;
  /**
   * The next account. NOTHING_AVAILABLE, with `retryAfterMs` until the first is free, when none is and nobody may wait (any
   * longer, or any more); the reason of the signal when it is given.
   */
  acquire(request?: SlotRequest): Promise<RequestSlot<TData>>;
  /** Without waiting; undefined when none is free. */
  pick(request?: Pick<SlotRequest, 'exclude' | 'tokens'>): RequestSlot<TData> | undefined;
  /** When the next request can be made: now or earlier if at once; null when it cannot be said. */
  nextAt(): number | null;
  /** Live: what is counted stays. */
  configure(settings: RotationSettings): void;
  /** How many accounts are in rotation. */
  readonly size: number;
  figures(): RotationFigure[];
  totals(): RotationTotals;
  report(): RotationReport;
  /** Forgets counts and rests. */
  reset(): Promise<void>;
}
