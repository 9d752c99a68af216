import type { AccountState, JsonObject } from '@muster/sdk';
import type { CollectionDefinition } from '../ports/store.ts';

/** The state an account had before it was leased, with the time at which that state ends by itself. */
export interface LeasedFrom {
  readonly state: AccountState;
  readonly dueAt: number | null;
}

/** The right to use one account now. */
export interface LeaseRecord {
  /** `task/<task id>` while a task works, `owner/<name>` when handed out. */
  readonly holder: string;
  readonly expiresAt: number;
  /** Absent: `ready`. */
  readonly from?: LeasedFrom;
  /** Whom it is handed out to; absent while a task holds it. */
  readonly owner?: string;
}

/** An account as it is stored. Times are milliseconds since the epoch. */
export interface AccountRecord {
  readonly id: string;
  readonly plugin: string;
  /** Normalised identities (lower case, parts joined with U+001F, prefixed with the plugin's id); the second may be null. */
  readonly key: string;
  readonly key2: string | null;
  readonly label: string;
  readonly state: AccountState;
  /** The plugin's own word. */
  readonly status: string | null;
  readonly why: string | null;
  /**
   * Place in the circle: the lower, the sooner its turn. Set at import in the order of the file, and anew at each use;
   * the numbers of accounts never used (see `circle.ts`) are below all others. It never gets lower.
   */
  readonly order: number;
  /** The plugin's `rank` field, 0 where it has none. */
  readonly rank: number;
  /** When something must happen by itself: a cooldown's end (state cooling) or a lease's end (state busy). */
  readonly dueAt: number | null;
  readonly lease: LeaseRecord | null;
  /** What an operator asked for while it was leased: its state once the lease ends. */
  readonly pending: Extract<AccountState, 'paused' | 'retired'> | null;
  /** Counts the leases: the fencing number. */
  readonly fence: number;
  /** 0 for never. */
  readonly usedAt: number;
  readonly uses: number;
  /** When the current window of uses began, and the uses in it: what `least-used` compares. */
  readonly windowStart: number;
  readonly windowUses: number;
  /** Failed tries since the last success. */
  readonly tries: number;
  readonly priority: number;
  readonly tags: readonly string[];
  /** The plugin's plain fields. */
  readonly data: JsonObject;
  /** The plugin's secret fields, sealed: `mv1:…`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const ACCOUNTS: CollectionDefinition = {
  name: 'accounts',
  indexes: {
    // The circle: who is ready, in order, by rank and priority.
    pool: { partition: ['plugin', 'rank', 'priority'], order: ['order'], where: { state: 'ready' } },
    // Who comes back when. It holds only those that are away.
    back: { partition: ['plugin', 'state', 'rank'], order: ['dueAt'] },
    label: { partition: ['plugin'], order: ['label'] },
    order: { partition: ['plugin'], order: ['order'] },
    holder: { partition: ['lease.holder'], order: ['order'] },
  },
  unique: ['key', 'key2'],
  // All that a lease, its end or a use changes.
  hot: {
    fields: [
      'state',
      'status',
      'why',
      'order',
      'rank',
      'dueAt',
      'lease',
      'pending',
      'fence',
      'usedAt',
      'uses',
      'windowStart',
      'windowUses',
      'tries',
      'priority',
    ],
    near: 'rank',
  },
  tallies: [
    ['plugin', 'state'],
    ['plugin', 'priority'],
    ['plugin', 'state', 'rank', 'status'],
    ['plugin', 'lease.owner'],
  ],
};
