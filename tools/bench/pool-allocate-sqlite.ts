import { defineBenchmark } from './benchmark.ts';
import { allocations, medianOf, openPool, type Pool } from './lib-allocate.ts';

const TENTH = 100_000;
const SIZE = 1_000_000;

interface Subject {
  readonly tenth: Pool;
  readonly pool: Pool;
}

export const benchmark = defineBenchmark<Subject>({
  name: 'pool-allocate-sqlite',
  title: '400 least recently used accounts of level 30 to 31 out of 1,000,000 on SQLite, durable when it returns',
  n: SIZE,
  unit: 'ms CPU',
  bar: { atMost: 10 },
  rounds: 5,
  setup: async () => ({ tenth: await openPool('sqlite', TENTH), pool: await openPool('sqlite', SIZE) }),
  async run({ tenth, pool }) {
    return {
      samples: await allocations(pool, [30, 31]),
      also: {
        'level 1 to 40': await medianOf(pool, [1, 40]),
        'out of 100,000': await medianOf(tenth, [30, 31]),
        '40 accounts': await medianOf(pool, [30, 31], 40),
      },
    };
  },
  also: {
    'level 1 to 40': { unit: 'ms CPU', bar: { atMost: 10 } },
    'out of 100,000': { unit: 'ms CPU', bar: { atMost: 10 } },
    '40 accounts': { unit: 'ms CPU', bar: { atMost: 3 } },
  },
  async close({ tenth, pool }) {
    await tenth[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
  },
});
