import type { Account, AccountChange, AccountState } from './account.ts';

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

/** An account as it stands in the pool, whoever has it. Its fence names the lease that it is under, or was under last. */
export interface PooledAccount<TData> extends LeasedAccount<TData> {
  readonly state: AccountState;
  /** Whom it is handed out to; `null` when it is free or a task holds it. */
  readonly owner: string | null;
  /** When its lease or its rest ends by itself (ms since the epoch). */
  readonly dueAt: number | null;
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

/** Names one hand-out. */
export interface HandedOut {
  readonly id: string;
  readonly fence: number;
}

export interface Rest {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly status?: string;
  readonly why?: string;
}

export interface TakeBack {
  /** Whom they were handed out to; without it, whoever has them. */
  readonly owner?: string;
  /** Put away until a time. */
  readonly rest?: Rest;
  /** Taken out of use: state `failed`. Without `rest` and `fail` they are free at once, where they stand in the circle. */
  readonly fail?: { readonly status?: string; readonly why: string };
  /** Who came in their place, for their history. */
  readonly instead?: string;
}

export interface PoolStats {
  readonly states: Readonly<Record<AccountState, number>>;
  /** Those that are ready, by rank, the lowest first. */
  readonly stock: readonly { readonly rank: number; readonly count: number }[];
  /** To whom accounts are handed out, most first. */
  readonly owners: readonly { readonly owner: string; readonly count: number }[];
  /** Those at rest by their status word, most first. */
  readonly resting: readonly { readonly status: string | null; readonly count: number }[];
  /** When the next one comes back from its rest, and the last (ms since the epoch). */
  readonly rests: { readonly nextAt: number | null; readonly lastAt: number | null };
  /** When the next lease ends by itself, and the last. */
  readonly leases: { readonly nextAt: number | null; readonly lastAt: number | null };
}

export interface ForecastRequest {
  /** From 1 to 100,000. */
  readonly count: number;
  readonly rank?: { readonly min?: number; readonly max?: number };
}

export interface Forecast {
  readonly wanted: number;
  /** How many are ready now. */
  readonly ready: number;
  /** When so many are ready if nobody takes or gives back any (ms since the epoch); `null`: not by themselves. */
  readonly at: number | null;
  /** How many are missing even when all rests and leases have ended. */
  readonly missing: number;
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
  /** What of this plugin is handed out to an owner now, its lease still running; in the order of the circle. */
  handedOutTo(owner: string): Promise<PooledAccount<TData>[]>;
  /** Accounts by the fields of an identity, one answer for each, `undefined` where there is none. */
  find(identities: readonly Partial<TData>[]): Promise<(PooledAccount<TData> | undefined)[]>;
  /**
   * Ends such leases before their time. Also takes a verdict on accounts that are free again, as long as nobody had them
   * since. Returns the ids of those that have moved on (another lease, another owner, gone): nothing happened to them.
   */
  takeBack(accounts: readonly HandedOut[], from: TakeBack): Promise<readonly string[]>;
  /** Renews leases of an owner until then (ms since the epoch). Returns the ids of those that have moved on. */
  extend(accounts: readonly HandedOut[], to: { readonly owner: string; readonly expiresAt: number }): Promise<readonly string[]>;
  /** Changes one that the task holds, that is handed out, or free; LEASE_LOST when it was leased to somebody else since. */
  update(account: HandedOut, change: Omit<AccountChange<TData>, 'restUntil'>): Promise<void>;
  /** Figures of all of the plugin's accounts; cheap at any number of them. */
  stats(): Promise<PoolStats>;
  forecast(request: ForecastRequest): Promise<Forecast>;
}
