import { createTestContext, createTestPool, type TestContext, type TestContextOptions, type TestPool } from '@muster/sdk/testing';
import { expect, test } from 'vitest';
import pokepool from '../index.ts';
import { ReleaseInput } from '../schemas.ts';
import { release, type Released } from './release.ts';

const NOW = Date.UTC(2026, 0, 1);
type Context = Parameters<typeof release>[0];

/** Four accounts: two with the owner `mapper`, one with another, one free. */
async function handedOut(): Promise<TestPool> {
  const rows = ['heron', 'quill', 'fern', 'wren'].map((username) => ({ username, password: 'x' }));
  const pool = createTestPool(pokepool, rows, { now: () => NOW });
  const task = pool.access('task/before');
  await task.handOut(await task.lease({ count: 2 }), { owner: 'mapper', expiresAt: NOW + 1_000_000 });
  await task.handOut(await task.lease({ count: 1 }), { owner: 'other', expiresAt: NOW + 1_000_000 });
  return pool;
}
const contextOf = (pool: TestPool, input: Record<string, unknown>, more: TestContextOptions = {}): TestContext =>
  createTestContext(pokepool, { pool, now: NOW, input: ReleaseInput.parse({ owner: 'mapper', ...input }), ...more });
const run = ({ context }: TestContext): Promise<Released> => release(context as unknown as Context);
const states = (pool: TestPool): string[] => pool.accounts.map(({ state, holder }) => `${state} ${holder}`);

test('everything an owner has comes back, and nothing of another', async () => {
  const pool = await handedOut();
  expect(await run(contextOf(pool, {}))).toEqual({ released: 2, notOut: 0, restUntil: null });
  expect(states(pool)).toEqual(['ready null', 'ready null', 'busy owner/other', 'ready null']);
});

test('some by name, whatever the case; those that are not out are counted', async () => {
  const pool = await handedOut();
  expect(await run(contextOf(pool, { usernames: ['HERON', 'fern', 'nobody'] }))).toMatchObject({ released: 1, notOut: 2 });
  expect(states(pool)).toEqual(['ready null', 'busy owner/mapper', 'busy owner/other', 'ready null']);
});

test('a verdict puts them to rest for its time', async () => {
  const pool = await handedOut();
  expect(await run(contextOf(pool, { verdict: 'blind' }))).toMatchObject({ restUntil: NOW + 864_000_000 });
  expect(pool.accounts[0]).toMatchObject({ state: 'cooling', status: 'blind', dueAt: NOW + 864_000_000 });
  await expect(run(contextOf(pool, { verdict: 'blind' }, { config: { blindMs: null } }))).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});

test('ended half-way and run again, it takes back the rest and tells the whole', async () => {
  const pool = await handedOut();
  const first = contextOf(pool, {});
  const takeBack = first.context.pool.takeBack;
  let calls = 0;
  first.context.pool.takeBack = async (...args) => {
    if (++calls === 2) throw new Error('killed');
    return takeBack(...args);
  };
  await expect(run(first)).rejects.toThrow('killed');
  const [checkpoint] = first.seen.saved;
  expect(await run(contextOf(pool, {}, { checkpoint: checkpoint ?? null }))).toMatchObject({ released: 2 });
  expect(states(pool)).toEqual(['ready null', 'ready null', 'busy owner/other', 'ready null']);
});
