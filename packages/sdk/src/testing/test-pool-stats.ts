import { ACCOUNT_STATES } from '../account.ts';
import type { PoolStats } from '../pool-access.ts';
import type { TestAccount } from './test-account.ts';

const count = <K>(keys: readonly K[]): [K, number][] => {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].toSorted(([, left], [, right]) => right - left);
};

const span = (accounts: readonly TestAccount[]): { nextAt: number | null; lastAt: number | null } => {
  const times = accounts.flatMap(({ dueAt }) => dueAt ?? []).toSorted((left, right) => left - right);
  return { nextAt: times[0] ?? null, lastAt: times.at(-1) ?? null };
};

/** What the real pool says of the same accounts. */
export function statsOf(accounts: readonly TestAccount[]): PoolStats {
  const inState = (state: string): TestAccount[] => accounts.filter((account) => account.state === state);
  const owners = accounts.flatMap(({ holder }) => (holder?.startsWith('owner/') ? [holder.slice('owner/'.length)] : []));
  return {
    states: Object.fromEntries(ACCOUNT_STATES.map((state) => [state, inState(state).length])) as PoolStats['states'],
    stock: count(inState('ready').map(({ rank }) => rank))
      .map(([rank, number]) => ({ rank, count: number }))
      .toSorted((left, right) => left.rank - right.rank),
    owners: count(owners).map(([owner, number]) => ({ owner, count: number })),
    resting: count(inState('cooling').map(({ status }) => status)).map(([status, number]) => ({ status, count: number })),
    rests: span(inState('cooling')),
    leases: span(inState('busy')),
  };
}
