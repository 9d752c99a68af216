import { MusterError } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Store } from '../ports/store.ts';
import { oneOf } from '../query/filter.ts';
import type { LeaseRef } from './pool.ts';

export interface LostLease {
  readonly lease: LeaseRef;
  /** As the account stands now; undefined when it is gone. */
  readonly record: AccountRecord | undefined;
}

/** Those of the leases that no longer hold. */
export async function lostAmong(store: Store, leases: readonly LeaseRef[]): Promise<LostLease[]> {
  const where = oneOf(
    'id',
    leases.map(({ id }) => id),
  );
  const records = new Map((await store.list<AccountRecord>('accounts', { where })).map((record) => [record.id, record]));
  return leases
    .map((lease) => ({ lease, record: records.get(lease.id) }))
    .filter(({ lease, record }) => record?.fence !== lease.fence || record.lease?.holder !== lease.holder);
}

export function leaseLost(lost: readonly LostLease[]): MusterError {
  const [first] = lost;
  const name = first?.record?.label ?? first?.lease.id ?? '';
  const now = first?.record
    ? first.record.lease
      ? `is leased by ${first.record.lease.holder} now`
      : 'has left this lease'
    : 'was removed';
  const others = lost.length > 1 ? ` (and ${lost.length - 1} more)` : '';
  return new MusterError('LEASE_LOST', `Account "${name}"${others} ${now}; what this holder did last was not recorded.`, {
    details: { ids: lost.slice(0, 100).map(({ lease }) => lease.id), count: lost.length },
  });
}
