import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AccountRecord, Store } from '@muster/core';
import { Low } from 'lowdb';
import { JSONFile } from 'lowdb/node';
import { defineBenchmark, type Round } from './benchmark.ts';
import { account, accountId, buildRoster, openRoster, type Roster } from './lib-roster.ts';

const SIZE = 100_000;
const SECONDS = 3;

/** Changes accounts for some seconds with so many writers, each waiting for its acknowledgement. */
const write = async (
  writers: number,
  change: (number: number) => Promise<unknown>,
): Promise<{ perSecond: number; p99: number; loopP99: number }> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const waits: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  const writer = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      await change(Math.floor(Math.random() * SIZE));
      waits.push(performance.now() - began);
    }
  };
  delay.enable();
  await Promise.all(Array.from({ length: writers }, writer));
  delay.disable();
  const sorted = Float64Array.from(waits).toSorted();
  return {
    perSecond: waits.length / SECONDS,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    loopP99: delay.percentile(99) / 1e6,
  };
};

interface Subject {
  readonly roster: Roster;
  readonly store: Store;
  readonly plain: { readonly directory: string; readonly database: Low<AccountRecord[]> };
}

export const benchmark = defineBenchmark<Subject>({
  name: 'store-write',
  title: 'durable updates of 100,000 accounts by 64 writers on the default store',
  n: SIZE,
  unit: 'updates/s',
  bar: { atLeast: 40_000 },
  async setup() {
    const roster = await buildRoster('lowdb', SIZE);
    const directory = await mkdtemp(join(tmpdir(), 'muster-bench-plain-'));
    const accounts = Array.from({ length: SIZE }, (_, number) => account(number));
    return {
      roster,
      store: await openRoster('lowdb', roster.directory),
      plain: { directory, database: new Low(new JSONFile<AccountRecord[]>(join(directory, 'accounts.json')), accounts) },
    };
  },
  async run({ store }): Promise<Round> {
    const change = (number: number): Promise<void> =>
      store.commit([{ update: 'accounts', id: accountId(number), patch: { set: { usedAt: number }, add: { uses: 1 } } }]);
    const alone = await write(1, change);
    const many = await write(64, change);
    return {
      samples: [many.perSecond],
      also: {
        'with one writer': alone.perSecond,
        p99: Math.max(alone.p99, many.p99),
        'loop delay p99': Math.max(alone.loopP99, many.loopP99),
      },
    };
  },
  versus: {
    name: 'plain lowdb JSONFile, 4 writers, not durable',
    // With 64 writers it would serialise 64 files of 60 MB before the first answer.
    async run({ plain: { database } }) {
      const { perSecond } = await write(4, (number) => {
        database.data[number] = { ...account(number), usedAt: number };
        return database.write();
      });
      return perSecond;
    },
  },
  also: {
    'with one writer': { unit: 'updates/s', bar: { atLeast: 3000 } },
    p99: { unit: 'ms', bar: { atMost: 10 } },
    'loop delay p99': { unit: 'ms', bar: { atMost: 5 } },
  },
  async close({ roster, store, plain }) {
    await store.close();
    await roster.remove();
    await rm(plain.directory, { recursive: true });
  },
});
