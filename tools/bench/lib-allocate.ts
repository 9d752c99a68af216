import type { AccountRecord, Store } from '@muster/core';
import { cpuMs } from './benchmark.ts';
import { account, buildRoster, openRoster, type Kind, type Roster } from './lib-roster.ts';

/** How many accounts an allocation takes. */
export const COUNT = 400;
const TIMES = 15;

export type Levels = readonly [low: number, high: number];

export interface Pool extends AsyncDisposable {
  readonly roster: Roster;
  readonly store: Store;
  /** The next number of the circle. */
  next: number;
}

/** A store with so many accounts, whose allocations were seen to be those of a naive filter and sort. */
export const openPool = async (kind: Kind, size: number): Promise<Pool> => {
  const roster = await buildRoster(kind, size);
  const store = await openRoster(kind, roster.directory);
  const pool: Pool = {
    roster,
    store,
    next: size,
    async [Symbol.asyncDispose]() {
      await store.close();
      await roster.remove();
    },
  };
  await compare(pool);
  return pool;
};

const allocate = ({ store }: Pool, [low, high]: Levels, count: number): Promise<AccountRecord[]> =>
  store.claim<AccountRecord>(
    'accounts',
    {
      where: {
        op: 'all',
        filters: [
          { op: 'eq', field: 'plugin', value: 'pokepool' },
          { op: 'eq', field: 'state', value: 'ready' },
          { op: 'gte', field: 'rank', value: low },
          { op: 'lte', field: 'rank', value: high },
        ],
      },
      sort: { by: 'order' },
      limit: count,
    },
    { set: { state: 'busy', lease: { holder: 'task/bench', expiresAt: 2e12 }, dueAt: 2e12 }, add: { fence: 1 } },
  );

/** After use, to the end of the circle. */
const putBack = (pool: Pool, accounts: readonly AccountRecord[]): Promise<void> =>
  pool.store.commit(
    accounts.map(({ id, fence }) => ({
      update: 'accounts',
      id,
      patch: { set: { state: 'ready', lease: null, dueAt: null, order: pool.next++ } },
      if: { fence },
    })),
  );

/** What an allocation is without a pool: all accounts, filtered and sorted. */
export const naive = (accounts: readonly AccountRecord[], [low, high]: Levels): AccountRecord[] =>
  accounts
    .filter(({ plugin, state, rank }) => plugin === 'pokepool' && state === 'ready' && rank >= low && rank <= high)
    .toSorted((left, right) => left.order - right.order)
    .slice(0, COUNT);

/** Three allocations in a row of each kind take what the naive way would, account by account. */
const compare = async (pool: Pool): Promise<void> => {
  const accounts = Array.from({ length: pool.roster.size }, (_, number) => account(number));
  const byId = new Map(accounts.map((each, at) => [each.id, at]));
  for (const levels of [
    [30, 31],
    [1, 40],
    [30, 31],
    [1, 40],
  ] as const) {
    const expected = naive(accounts, levels).map(({ id }) => id);
    const got = await allocate(pool, levels, COUNT);
    if (got.map(({ id }) => id).join() !== expected.join()) throw new Error('An allocation is not what filter and sort give.');
    const first = pool.next;
    await putBack(pool, got);
    for (const [at, { id }] of got.entries()) {
      const place = byId.get(id) as number;
      accounts[place] = { ...(accounts[place] as AccountRecord), order: first + at };
    }
  }
};

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

/** CPU milliseconds of allocations; what they took is put back each time, which is not measured. */
export const allocations = async (pool: Pool, levels: Levels, count = COUNT): Promise<number[]> => {
  const samples: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    let got: AccountRecord[] = [];
    samples.push(
      await cpuMs(async () => {
        got = await allocate(pool, levels, count);
      }),
    );
    if (got.length !== count) throw new Error(`${got.length} accounts were allocated, ${count} were asked for`);
    await putBack(pool, got);
  }
  return samples;
};

export const medianOf = async (pool: Pool, levels: Levels, count = COUNT): Promise<number> =>
  median(await allocations(pool, levels, count));
