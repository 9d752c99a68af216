import type { AccountAccess } from '@muster/sdk';
import { BLS_STATUSES, type Account, type AccountStatus, type BlsStatus } from '../schemas.ts';

export interface Counts {
  readonly total: number;
  readonly status: Readonly<Record<AccountStatus, number>>;
  readonly bls: Readonly<Record<BlsStatus, number>>;
}

/** Accounts by both of their statuses. */
export async function countsOf(accounts: AccountAccess<Account>): Promise<Counts> {
  const tally = await accounts.tally();
  const total = tally.reduce((sum, { count }) => sum + count, 0);
  const of = (status: AccountStatus): number => tally.reduce((sum, one) => sum + (one.status === status ? one.count : 0), 0);
  const status = {
    bls_creating: of('bls_creating'),
    bls_created: of('bls_created'),
    bls_failed: of('bls_failed'),
    inactive: of('inactive'),
  };
  const bls = await Promise.all(
    BLS_STATUSES.map(async (one) => [one, (await accounts.list({ where: `data.blsStatus=${one}`, limit: 1 })).total] as const),
  );
  // Those without a word are new as well.
  const created = total - Object.values(status).reduce((sum, count) => sum + count, 0);
  return { total, status: { created, ...status }, bls: Object.fromEntries(bls) as Record<BlsStatus, number> };
}
