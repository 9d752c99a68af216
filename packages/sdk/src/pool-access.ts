import type { Account } from './account.ts';

export interface PoolRequest {
  readonly count: number;
  /** Bounds of the field that the plugin declares as `rank` (inclusive). */
  readonly rank?: { readonly min?: number; readonly max?: number };
  /** A filter in the language of `--where`. */
  readonly where?: string;
}

export interface LeasedAccount<TData> extends Account<TData> {
  readonly rank: number;
  /** Grows with every lease of this account; a holder with an older number is refused. */
  readonly fence: number;
}

export interface Supply {
  /** How many match the request and can be had now. */
  readonly ready: number;
  /** When the next matching account comes back by itself (ms since the epoch); `null` when none will. */
  readonly nextReadyAt: number | null;
}

export interface HandOut {
  /** Who uses them from now on. */
  readonly owner: string;
  /** When they come back by themselves (ms since the epoch); `null`: they are free again at once, at the end of the circle. */
  readonly expiresAt: number | null;
}

export interface Rest {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly status?: string;
  readonly why?: string;
}

export interface TakeBack {
  /** Whom they were handed out to. */
  readonly owner: string;
  /** Put away until a time; without it they are free at once. */
  readonly rest?: Rest;
}

/** The pool as one task sees it. All leases it takes end with the task; those handed out stay. */
export interface PoolAccess<TData> {
  /** The next accounts in the pool's order, now leased to this task; fewer than asked for when the pool is short. */
  lease(request: PoolRequest): Promise<LeasedAccount<TData>[]>;
  /** What this task already holds: not empty only when it runs again after a crash. */
  held(): Promise<LeasedAccount<TData>[]>;
  /** In one step, durable when it resolves: all of them used now, moved to the end, and given to an owner. */
  handOut(accounts: readonly LeasedAccount<TData>[], to: HandOut): Promise<void>;
  /** Back to exactly the place they came from, as if never taken. */
  giveBack(accounts: readonly LeasedAccount<TData>[]): Promise<void>;
  /** Put away until a time. */
  rest(account: LeasedAccount<TData>, rest: Rest): Promise<void>;
  /** Taken out of use: state `failed`, with the plugin's status word. */
  fail(account: LeasedAccount<TData>, verdict: { readonly status?: string; readonly why: string }): Promise<void>;
  supply(request: Omit<PoolRequest, 'count'>): Promise<Supply>;
  /** What of this plugin is handed out to an owner now, its lease still running. */
  handedOutTo(owner: string): Promise<LeasedAccount<TData>[]>;
  /**
   * Ends such leases before their time: free where they stand in the circle, or at rest. LEASE_LOST when one of them has
   * moved on; those before it are taken back then.
   */
  takeBack(accounts: readonly LeasedAccount<TData>[], from: TakeBack): Promise<void>;
}
