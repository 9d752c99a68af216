import { MusterError } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Store } from '../ports/store.ts';
import { all, eq, oneOf, type Filter } from '../query/filter.ts';

/** Orders below belong to accounts that were never used, those from here on to used ones. A thousand uses a second for 30 years. */
const FIRST_USED_ORDER = 2 ** 40;

/** A state asked for while an account was leased; it counts for the lease with this fence only. */
export interface PendingState {
  readonly state: NonNullable<AccountRecord['pending']>;
  readonly fence: number;
}

/**
 * What accounts and pool share about the circle: the growing numbers that order it, and the states that operators asked
 * for while an account was leased. Loaded once from the store; held in memory so that a lease can be ended in one commit
 * without a read.
 */
export interface Circle {
  /** Loads the numbers; a second call waits for the first. */
  open(): Promise<void>;
  /** The next place among accounts never used: behind all of them, before every used one. */
  fresh(): number;
  /** The next place at the end of the circle. */
  end(): number;
  /** By account id. */
  readonly pending: Map<string, PendingState>;
  /** Who is told when an account was stored at rest by others than the pool, and until when. */
  readonly rests: Set<(dueAt: number) => void>;
}

export function createCircle(deps: { readonly store: Store }): Circle {
  const { store } = deps;
  const pending = new Map<string, PendingState>();
  let opening: Promise<void> | undefined;
  let lastFresh = -1;
  let lastUsed = -1;

  const highest = async (where?: Filter): Promise<number> => {
    const query = { sort: { by: 'order', descending: true }, limit: 1, ...(where && { where }) };
    const [top] = await store.list<AccountRecord>('accounts', query);
    return top?.order ?? -1;
  };
  const load = async (): Promise<void> => {
    const top = await highest();
    const fresh = top < FIRST_USED_ORDER ? top : await highest({ op: 'lt', field: 'order', value: FIRST_USED_ORDER });
    // Each lease is due to end at some time: they are found among what is due, not among all accounts.
    const leased = all(oneOf('state', ['busy', 'needs-you']), { op: 'gt', field: 'dueAt', value: 0 });
    for (const state of ['paused', 'retired'] as const) {
      const where = all(leased, eq('pending', state));
      for (const { id, fence } of await store.list<AccountRecord>('accounts', { where })) pending.set(id, { state, fence });
    }
    lastFresh = Math.max(0, fresh);
    lastUsed = Math.max(FIRST_USED_ORDER, top);
  };
  const next = (last: number): number => {
    if (last < 0) throw new MusterError('INTERNAL', 'The circle was used before it was opened.');
    return last + 1;
  };

  return {
    open: () => (opening ??= load()),
    fresh: () => (lastFresh = next(lastFresh)),
    end: () => (lastUsed = next(lastUsed)),
    pending,
    rests: new Set(),
  };
}
