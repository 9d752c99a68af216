import type { Account, AccountChange, AccountState } from './account.ts';

/** An account as a plugin's service or path sees it, whoever holds it. */
export interface KnownAccount<TData> extends Account<TData> {
  readonly state: AccountState;
  readonly why: string | null;
  readonly tags: readonly string[];
  readonly priority: number;
  /** Times in ms since the epoch; `usedAt` is 0 for never. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly usedAt: number;
  readonly uses: number;
  /** Failed tries since the last success. */
  readonly tries: number;
}

export interface AccountQuery {
  /** A filter in the language of `--where`. */
  readonly where?: string;
  /** A field, with a leading `-` for descending. */
  readonly sort?: string;
  readonly offset?: number;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

/** The accounts of this plugin, as an operator would work on them; each change is audited under the caller's name. */
export interface AccountAccess<TData> {
  get(id: string): Promise<KnownAccount<TData> | undefined>;
  list(query?: AccountQuery): Promise<{ readonly total: number; readonly accounts: readonly KnownAccount<TData>[] }>;
  /** How many, by state and the plugin's own status word. */
  tally(): Promise<readonly { readonly state: AccountState; readonly status: string | null; readonly count: number }[]>;
  /** Every field, secrets in the clear. CONFLICT names in `details` the `fields` that clash and the `account` that has them. */
  add(data: Readonly<Record<string, unknown>>): Promise<KnownAccount<TData>>;
  edit(id: string, change: Omit<AccountChange<TData>, 'restUntil'>): Promise<KnownAccount<TData>>;
  setState(id: string, state: 'ready' | 'paused' | 'retired'): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A job as far as a plugin's path tells of it. */
export interface KnownJob {
  readonly id: string;
  readonly action: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface JobAccess {
  /** Starts an action of this plugin; resolves when the job is stored, not when it is done. */
  start(
    action: string,
    of: {
      readonly accounts?: readonly string[];
      readonly where?: string;
      readonly input?: Readonly<Record<string, unknown>>;
      readonly concurrency?: number;
    },
  ): Promise<KnownJob>;
  get(id: string): Promise<KnownJob | undefined>;
  /** Newest first. */
  list(query?: { readonly action?: string; readonly limit?: number }): Promise<readonly KnownJob[]>;
  cancel(id: string): Promise<void>;
}
