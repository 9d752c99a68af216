import type { AccountState, Forecast, ForecastRequest, PoolStats } from '@muster/sdk';
import type { Operation } from '../ports/store.ts';
import type { AccountRecord, LeasedFrom } from '../accounts/account-record.ts';

export const STRATEGIES = ['lru', 'round-robin', 'least-used', 'random', 'priority'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface LeaseRequest {
  readonly plugin: string;
  readonly count: number;
  readonly holder: string;
  readonly ttlMs: number;
  readonly rank?: { readonly min?: number; readonly max?: number };
  readonly where?: string;
  /** Default: the plugin's setting, else `lru`. */
  readonly strategy?: Strategy;
}

export interface LeaseOneRequest {
  readonly holder: string;
  readonly ttlMs: number;
  readonly from?: readonly AccountState[];
}

/** Names one lease: refused with LEASE_LOST when the account's fence has moved on. */
export interface LeaseRef {
  readonly id: string;
  readonly fence: number;
  readonly holder: string;
  /** Where the account came from (`record.lease.from`): an outcome that puts it back restores this. Default: `ready`. */
  readonly from?: LeasedFrom;
}

export interface PoolSupply {
  readonly ready: number;
  readonly nextReadyAt: number | null;
}

/** What the holder of a hand-out begins with; the name of the owner follows. */
export const OWNER = 'owner/';

export interface TakeBackRequest {
  readonly plugin: string;
  readonly accounts: readonly { readonly id: string; readonly fence: number }[];
  /** Default: whoever they are handed out to. */
  readonly holder?: string;
  readonly outcome: Extract<LeaseOutcome, { readonly kind: 'unused' | 'rest' | 'failed' }>;
  /** What goes into the same commit as the end of these leases. Asked for each commit, and again when one is tried again. */
  readonly beside?: (taken: readonly AccountRecord[]) => Beside;
}

export interface Beside {
  readonly operation: Operation;
  /** Called once it is committed. */
  tell(): Promise<void>;
}

export interface HandOutTo {
  readonly holder: string;
  readonly until: number | null;
  /** What goes into the same commit. */
  readonly beside?: readonly Operation[];
}

export interface TakenBack {
  /** As they were before. */
  readonly taken: readonly AccountRecord[];
  /** Ids of those that were leased to somebody else since, or are gone. */
  readonly moved: readonly string[];
}

/** The accounts of a plugin in the order of a strategy; durable, exclusive leases on them. */
export interface Pool {
  /** Takes up to `count`; fewer when the pool is short. One atomic, durable step. */
  lease(request: LeaseRequest): Promise<AccountRecord[]>;
  /**
   * Leases one named account that is in one of the states `from` (default: `ready`). ACCOUNT_BUSY when another holds it (also
   * while it is `needs-you` under a lease), NOTHING_AVAILABLE in any other state (with retryAfterMs while it cools), NOT_FOUND.
   */
  leaseOne(id: string, request: LeaseOneRequest): Promise<AccountRecord>;
  renew(leases: readonly LeaseRef[], ttlMs: number): Promise<void>;
  /** All in one commit: used now, to the end of the circle; leased to `owner` until then, or free at once (`until` null). */
  handOut(leases: readonly LeaseRef[], to: HandOutTo): Promise<void>;
  /**
   * Ends hand-outs before their time; one that is free again, with nobody having had it since, still takes the outcome.
   * What moved on is told and left alone.
   */
  takeBack(request: TakeBackRequest): Promise<TakenBack>;
  /** Back to the place it came from. */
  giveBack(leases: readonly LeaseRef[]): Promise<void>;
  /** Ends a lease after use, with what became of the account; to the end of the circle. `beside` goes into the same commit. */
  finish(lease: LeaseRef, outcome: LeaseOutcome, beside?: readonly Operation[]): Promise<void>;
  /** The operation that `finish` would commit, for a caller that commits more in the same transaction. */
  finishing(lease: LeaseRef, outcome: LeaseOutcome): Operation;
  /** The operation that puts an account away that nobody has leased, if it is ready; woken like any other. */
  resting(id: string, until: number, change?: AccountOutcomeChange): Extract<Operation, { readonly update: string }>;
  held(holder: string): Promise<AccountRecord[]>;
  /** While a person is asked: state `needs-you` with the question as `why`, the lease kept as it is; `null` makes it `busy` again. */
  attend(lease: LeaseRef, question: string | null): Promise<void>;
  /** Wakes what is due: cooldowns that end, leases that expire. Called by its own timer and before each lease. */
  wake(): Promise<number>;
  supply(request: Omit<LeaseRequest, 'count' | 'holder' | 'ttlMs'>): Promise<PoolSupply>;
  stats(plugin: string): Promise<PoolStats>;
  forecast(request: ForecastRequest & { readonly plugin: string }): Promise<Forecast>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type LeaseOutcome =
  /** Success: tries go to 0. */
  | { readonly kind: 'used'; readonly change?: AccountOutcomeChange }
  /** Nothing happened to it: back to the state it came from, its place kept. */
  | { readonly kind: 'unused'; readonly change?: AccountOutcomeChange }
  /** Worked on without success: one more of its tries, back to the state it came from, to the end of the circle. */
  | { readonly kind: 'tried'; readonly change?: AccountOutcomeChange }
  | { readonly kind: 'rest'; readonly until: number; readonly change?: AccountOutcomeChange }
  | { readonly kind: 'failed'; readonly change?: AccountOutcomeChange };

export interface AccountOutcomeChange {
  /** Where the account goes instead of `ready` (with `used`): what the plugin's status word means. */
  readonly state?: Extract<AccountState, 'ready' | 'needs-you' | 'paused' | 'failed' | 'retired'>;
  readonly status?: string | null;
  readonly why?: string | null;
}
