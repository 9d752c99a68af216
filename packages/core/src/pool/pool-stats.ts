import { ACCOUNT_STATES, MusterError, type AccountState, type Forecast, type ForecastRequest, type PoolStats } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Store } from '../ports/store.ts';
import { all, between, eq, type Filter } from '../query/filter.ts';

const MOST_FORECAST = 100_000;

const due = (plugin: string, state: AccountState, rank?: ForecastRequest['rank']): Filter =>
  all(eq('plugin', plugin), eq('state', state), between('rank', rank?.min, rank?.max), { op: 'gt', field: 'dueAt', value: 0 });

/** When accounts of a state are due, the soonest first. Served by an index of just those accounts. */
async function dueTimes(store: Store, where: Filter, query: { readonly limit: number; readonly last?: true }): Promise<number[]> {
  const sort = { by: 'dueAt', ...(query.last && { descending: true }) };
  const found = await store.list<AccountRecord>('accounts', { where, sort, limit: query.limit });
  return found.map(({ dueAt }) => dueAt ?? 0);
}

const span = async (store: Store, where: Filter): Promise<{ nextAt: number | null; lastAt: number | null }> => {
  const [nextAt = null] = await dueTimes(store, where, { limit: 1 });
  const [lastAt = null] = await dueTimes(store, where, { limit: 1, last: true });
  return { nextAt, lastAt };
};

/** Figures of a plugin's accounts, from tallies and from the ends of indexes: no account is looked at but those that are named. */
export async function poolStats(store: Store, plugin: string): Promise<PoolStats> {
  const own = eq('plugin', plugin);
  const byState = new Map((await store.tally('accounts', ['state'], own)).map(({ key: [state], count }) => [state, count]));
  const stock = await store.tally('accounts', ['rank'], all(own, eq('state', 'ready')));
  const owners = await store.tally('accounts', ['lease.owner'], own);
  const resting = await store.tally('accounts', ['status'], all(own, eq('state', 'cooling')));
  return {
    states: Object.fromEntries(ACCOUNT_STATES.map((state) => [state, byState.get(state) ?? 0])) as PoolStats['states'],
    stock: stock
      .map(({ key: [rank], count }) => ({ rank: typeof rank === 'number' ? rank : 0, count }))
      .toSorted((left, right) => left.rank - right.rank),
    owners: owners.flatMap(({ key: [owner], count }) => (typeof owner === 'string' ? [{ owner, count }] : [])),
    resting: resting.map(({ key: [status], count }) => ({ status: typeof status === 'string' ? status : null, count })),
    rests: await span(store, due(plugin, 'cooling')),
    leases: await span(store, due(plugin, 'busy')),
  };
}

/** BAD_INPUT for a count that is none. */
export async function poolForecast(
  store: Store,
  { plugin, count, rank, now }: ForecastRequest & { readonly plugin: string; readonly now: number },
): Promise<Forecast> {
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_FORECAST))
    throw new MusterError('BAD_INPUT', `count: a forecast is made for 1 to ${MOST_FORECAST} accounts, not ${count}.`);
  const ready = await store.count(
    'accounts',
    all(eq('plugin', plugin), eq('state', 'ready'), between('rank', rank?.min, rank?.max)),
  );
  const lacking = count - ready;
  if (lacking <= 0) return { wanted: count, ready, at: now, missing: 0 };
  const times = await Promise.all(
    (['cooling', 'busy'] as const).map((state) => dueTimes(store, due(plugin, state, rank), { limit: lacking })),
  );
  const coming = times.flat().toSorted((left, right) => left - right);
  return { wanted: count, ready, at: coming[lacking - 1] ?? null, missing: Math.max(0, lacking - coming.length) };
}
