/** The seven states every provider shares. A plugin's own status words stand beside them. */
export const ACCOUNT_STATES = ['ready', 'busy', 'cooling', 'needs-you', 'paused', 'failed', 'retired'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** An account as a task sees it. `data` holds the plain fields; secrets are asked for one by one. */
export interface Account<TData> {
  readonly id: string;
  /** What people call it, in one line. */
  readonly label: string;
  readonly status: string | null;
  readonly data: TData;
  /** Reveals one secret field; `undefined` when the account has none. The value is masked in logs and events from then on. */
  secret(field: string): Promise<string | undefined>;
}

export interface AccountChange<TData> {
  /** Merged into the plain fields and validated; secret fields may be given too and go to the vault. */
  readonly data?: Partial<TData>;
  /** One of the plugin's status words. */
  readonly status?: string | null;
  /** Why it is in this state, in a few words for a person. */
  readonly why?: string | null;
  /** Put away until then (ms since the epoch) when the task ends well: state `cooling`. */
  readonly restUntil?: number;
}
