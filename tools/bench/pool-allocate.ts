import type { AccountRecord, Store } from '@muster/core';
import { cpuMs, defineBenchmark } from './benchmark.ts';
import { account, buildRoster, openRoster, type Roster } from './lib-roster.ts';

const SMALL = 100_000;
const LARGE = 1_000_000;
const COUNT = 400;
const TIMES = 15;

interface Pool {
  readonly roster: Roster;
  readonly store: Store;
  /** The next number of the circle. */
  next: number;
}

const openPool = async (kind: 'lowdb' | 'sqlite', size: number): Promise<Pool> => {
  const roster = await buildRoster(kind, size);
  return { roster, store: await openRoster(kind, roster.directory), next: size };
};

const allocate = ({ store }: Pool, [low, high]: readonly [number, number]): Promise<AccountRecord[]> =>
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
      limit: COUNT,
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

const costs = async (pool: Pool, levels: readonly [number, number]): Promise<number[]> => {
  const samples: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    let got: AccountRecord[] = [];
    samples.push(
      await cpuMs(async () => {
        got = await allocate(pool, levels);
      }),
    );
    if (got.length !== COUNT) throw new Error(`${got.length} accounts were allocated, ${COUNT} were asked for`);
    await putBack(pool, got);
  }
  return samples;
};

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

interface Subject {
  readonly small: Pool;
  readonly large: Pool;
  /** For the comparison: the same accounts in an array. */
  readonly plain: AccountRecord[];
}

export const benchmark = defineBenchmark<Subject>({
  name: 'pool-allocate',
  title: '400 least recently used accounts of level 30 to 31 out of 100,000, durable when it returns',
  n: SMALL,
  unit: 'ms CPU',
  bar: { atMost: 3 },
  rounds: 3,
  async setup() {
    return {
      small: await openPool('lowdb', SMALL),
      large: await openPool('sqlite', LARGE),
      plain: Array.from({ length: SMALL }, (_, number) => account(number)),
    };
  },
  async run({ small, large }) {
    return {
      samples: await costs(small, [30, 31]),
      also: {
        'level 1 to 40': median(await costs(small, [1, 40])),
        'sqlite, 1,000,000, level 30 to 31': median(await costs(large, [30, 31])),
        'sqlite, 1,000,000, level 1 to 40': median(await costs(large, [1, 40])),
      },
    };
  },
  versus: {
    name: 'naive filter and sort of an array, not durable',
    run: ({ plain }) =>
      cpuMs(async () =>
        plain
          .filter(({ plugin, state, rank }) => plugin === 'pokepool' && state === 'ready' && rank >= 30 && rank <= 31)
          .toSorted((left, right) => left.order - right.order)
          .slice(0, COUNT),
      ),
  },
  also: {
    'level 1 to 40': { unit: 'ms CPU', bar: { atMost: 3 } },
    'sqlite, 1,000,000, level 30 to 31': { unit: 'ms CPU', bar: { atMost: 10 } },
    'sqlite, 1,000,000, level 1 to 40': { unit: 'ms CPU', bar: { atMost: 10 } },
  },
  async close({ small, large }) {
    for (const { store, roster } of [small, large]) {
      await store.close();
      await roster.remove();
    }
  },
});
