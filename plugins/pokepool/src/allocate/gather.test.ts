import { createTestContext, createTestPool } from '@muster/sdk/testing';
import { expect, test } from 'vitest';
import { monocle } from '../formats/monocle.ts';
import pokepool from '../index.ts';
import { AllocateInput } from '../schemas.ts';
import type { PoolContext } from './context.ts';
import { gather } from './gather.ts';
import { inTurnOf } from './in-turn.ts';

const NOW = Date.UTC(2026, 0, 1);
const accounts = Array.from({ length: 9 }, (_, at) => ({ username: `user${at}`, password: `pass${at}` }));

test('who has waited long enough gets what was found good by then; those that nobody looked at go back', async () => {
  const pool = createTestPool(pokepool, accounts, { now: () => NOW });
  const { context } = createTestContext(pokepool, {
    pool,
    now: NOW,
    input: AllocateInput.parse({ accountcsv: 'a.csv', count: 8 }),
    config: { checksAtOnce: 1 },
  });
  const enough = new AbortController();
  const asked: string[] = [];
  const checker = {
    async check({ username }: { readonly username: string }) {
      asked.push(username);
      if (asked.length === 3) enough.abort();
      return { verdict: username === 'user1' ? ('blind' as const) : ('good' as const) };
    },
  };
  const ctx = context as unknown as PoolContext<AllocateInput>;
  const found = await gather(ctx, { wanted: 8, request: {}, checker, format: monocle, enough: enough.signal });
  expect(asked).toEqual(['user0', 'user1', 'user2']);
  expect(found.good.map(({ account }) => account.label)).toEqual(['user0', 'user2']);
  expect(found.rested).toEqual({ blind: 1 });
  expect(pool.accounts.filter(({ state }) => state === 'ready').map(({ label }) => label)).toEqual([
    'user3',
    'user4',
    'user5',
    'user6',
    'user7',
    'user8',
  ]);
});

test('the level that a check finds is kept, and who has outgrown the levels asked for is not handed out', async () => {
  const levelled = ['user0', 'user1', 'user2'].map((username) => ({ username, password: 'secret', level: 30 }));
  const pool = createTestPool(pokepool, levelled, { now: () => NOW });
  const { context } = createTestContext(pokepool, {
    pool,
    now: NOW,
    input: AllocateInput.parse({ accountcsv: 'a.csv', count: 3 }),
  });
  const checker = {
    check: async ({ username }: { readonly username: string }) => ({
      verdict: 'good' as const,
      level: { user0: 31, user1: 32 }[username] ?? 30,
    }),
  };
  const ctx = context as unknown as PoolContext<AllocateInput>;
  const found = await gather(ctx, { wanted: 3, request: { rank: { min: 30, max: 31 } }, checker, format: monocle });
  expect(found.good.map(({ account }) => account.label)).toEqual(['user0', 'user2']);
  expect(found.passedOver).toBe(1);
  expect(pool.accounts.map(({ label, state, data }) => [label, state, data.level])).toEqual([
    ['user0', 'busy', 31],
    ['user1', 'ready', 32],
    ['user2', 'busy', 30],
  ]);
});

test('work in turn is done so much at a time, whoever asks, also when some of it fails', async () => {
  let running = 0;
  let most = 0;
  const work = (at: number) => async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    if (at % 3 === 0) throw new Error('failed');
  };
  const done = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => inTurnOf(2)(work(at))));
  expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(7);
  expect([running, most]).toEqual([0, 2]);
});
