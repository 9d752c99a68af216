import { MusterError, toMusterError } from '@muster/sdk';
import type { AccountState } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { LeaseRef, Pool } from '../pool/pool.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

export const DEFAULT_FROM: readonly AccountState[] = ['ready', 'cooling', 'failed'];
export const TASK_HOLDER = 'task/';
export const SESSION_HOLDER = 'session/';
/** Of a request to a plugin's path, for as long as it is answered. */
export const REQUEST_HOLDER = 'http/';
export const holderOf = (task: string): string => `${TASK_HOLDER}${task}`;

/** The name of a lease, with the state to restore. */
export const leaseRef = (account: AccountRecord): LeaseRef => ({
  id: account.id,
  fence: account.fence,
  holder: account.lease?.holder ?? '',
  ...(account.lease?.from && { from: account.lease.from }),
});

export type TakenAccount =
  | { readonly kind: 'leased'; readonly account: AccountRecord }
  /** Its turn comes later, at no cost; `until` when that is known. */
  | { readonly kind: 'wait'; readonly until: number | null }
  | { readonly kind: 'refused'; readonly error: MusterError };

export interface AccountLeaseDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly clock: Clock;
}

export interface AccountWanted {
  readonly id: string;
  readonly label: string;
  readonly holder: string;
  readonly ttlMs: number;
  readonly from: readonly AccountState[];
  /** The task has rested before: it waits for a cooling account even if the action cannot start from `cooling`. */
  readonly patient: boolean;
}

/** Leases the account of a task, or says why not now or not at all. */
export async function takeAccount({ store, pool, clock }: AccountLeaseDeps, wanted: AccountWanted): Promise<TakenAccount> {
  const { id, holder, ttlMs, from } = wanted;
  let account = await store.get<AccountRecord>('accounts', id);
  if (account?.state === 'cooling' && account.dueAt !== null && account.dueAt <= clock.now()) {
    await pool.wake();
    account = await store.get<AccountRecord>('accounts', id);
  }
  const no = account && notNow(account, wanted);
  if (no) return no;
  try {
    return { kind: 'leased', account: await pool.leaseOne(id, { holder, ttlMs, from }) };
  } catch (thrown) {
    const error = toMusterError(thrown);
    const now = await store.get<AccountRecord>('accounts', id);
    // It changed between the look and the lease: look again.
    return (now && notNow(now, wanted)) ?? { kind: 'refused', error };
  }
}

function notNow(account: AccountRecord, { label, from, patient }: AccountWanted): TakenAccount | undefined {
  const refuse = (code: string, message: string): TakenAccount => ({ kind: 'refused', error: new MusterError(code, message) });
  if (account.lease) {
    // Another task ends by itself; an account that was handed out may be away for days.
    if (account.lease.holder.startsWith(TASK_HOLDER)) return { kind: 'wait', until: null };
    if (account.lease.holder.startsWith(SESSION_HOLDER)) {
      return refuse('ACCOUNT_BUSY', `${label} has its session open, and this action does not go through it. Close it first.`);
    }
    const until = new Date(account.lease.expiresAt).toISOString();
    return refuse('ACCOUNT_BUSY', `${label} is in use by ${account.lease.holder} until ${until}. Retry the task after that.`);
  }
  if (from.includes(account.state)) return undefined;
  if (account.state === 'cooling' && patient) return { kind: 'wait', until: account.dueAt };
  return refuse('ACCOUNT_STATE', `${label} is ${account.state}; this action starts from ${from.join(', ')}.`);
}
