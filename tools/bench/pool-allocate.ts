import type { AccountRecord } from '@muster/core';
import { cpuMs, defineBenchmark } from './benchmark.ts';
import { allocations, medianOf, naive, openPool, type Pool } from './lib-allocate.ts';
import { account } from './lib-roster.ts';

const TENTH = 10_000;
const SIZE = 100_000;

interface Subject {
  readonly tenth: Pool;
  readonly pool: Pool;
  /** For the comparison: the same accounts in an array. */
  readonly plain: AccountRecord[];
}

export const benchmark = defineBenchmark<Subject>({
  name: 'pool-allocate',
  title: '400 least recently used accounts of level 30 to 31 out of 100,000, durable when it returns',
  n: SIZE,
  unit: 'ms CPU',
  bar: { atMost: 3 },
  rounds: 5,
  setup: async () => ({
    tenth: await openPool('lowdb', TENTH),
    pool: await openPool('lowdb', SIZE),
    plain: Array.from({ length: SIZE }, (_, number) => account(number)),
  }),
  async run({ tenth, pool }) {
    return {
      samples: await allocations(pool, [30, 31]),
      also: {
        'level 1 to 40': await medianOf(pool, [1, 40]),
        'out of 10,000': await medianOf(tenth, [30, 31]),
        '40 accounts': await medianOf(pool, [30, 31], 40),
      },
    };
  },
  versus: {
    name: 'naive filter and sort of an array, not durable',
    run: ({ plain }) => cpuMs(async () => naive(plain, [30, 31])),
  },
  also: {
    'level 1 to 40': { unit: 'ms CPU', bar: { atMost: 3 } },
    'out of 10,000': { unit: 'ms CPU', bar: { atMost: 3 } },
    '40 accounts': { unit: 'ms CPU', bar: { atMost: 1 } },
  },
  async close({ tenth, pool }) {
    await tenth[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
  },
});
