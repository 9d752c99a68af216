import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestContext, createTestPool, type TestContext, type TestContextOptions, type TestPool } from '@muster/sdk/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import pokepool from '../index.ts';
import { allocate } from '../allocate/allocate.ts';
import type { PoolContext } from '../allocate/context.ts';
import { AllocateInput, ReleaseInput } from '../schemas.ts';
import { release, type Released } from './release.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
type Context = Parameters<typeof release>[0];

const poolOf = (count: number): TestPool => {
  const rows = ['heron', 'quill', 'fern', 'wren'].slice(0, count).map((username) => ({ username, password: 'x' }));
  return createTestPool(pokepool, rows, { now: () => NOW });
};

/** Four accounts: two with the owner `mapper`, one with another, one free. */
async function handedOut(): Promise<TestPool> {
  const pool = poolOf(4);
  const task = pool.access('task/before');
  await task.handOut(await task.lease({ count: 2 }), { owner: 'mapper', expiresAt: NOW + 1_000_000 });
  await task.handOut(await task.lease({ count: 1 }), { owner: 'other', expiresAt: NOW + 1_000_000 });
  return pool;
}
const contextOf = (pool: TestPool, input: Record<string, unknown>, more: TestContextOptions = {}): TestContext =>
  createTestContext(pokepool, { pool, now: NOW, input: ReleaseInput.parse(input), ...more });
const run = ({ context }: TestContext): Promise<Released> => release(context as unknown as Context);
const states = (pool: TestPool): string[] => pool.accounts.map(({ state, holder }) => `${state} ${holder}`);

describe('by owner and by name', () => {
  test('everything an owner has comes back, and nothing of another', async () => {
    const pool = await handedOut();
    expect(await run(contextOf(pool, { owner: 'mapper' }))).toMatchObject({ released: 2, back: 0, refused: 0, restUntil: null });
    expect(states(pool)).toEqual(['ready null', 'ready null', 'busy owner/other', 'ready null']);
  });

  test('some by name, whatever the case; those of another owner are refused by name', async () => {
    const pool = await handedOut();
    const output = await run(contextOf(pool, { owner: 'mapper', usernames: ['HERON', 'fern', 'wren', 'nobody'] }));
    expect(output).toMatchObject({
      released: 1,
      back: 1,
      refused: 1,
      refusedNames: ['fern'],
      unknown: 1,
      unknownNames: ['nobody'],
    });
    expect(states(pool)).toEqual(['ready null', 'busy owner/mapper', 'busy owner/other', 'ready null']);
  });

  test('a verdict puts them to rest for its time, or out of use where the settings say so', async () => {
    const pool = await handedOut();
    const blind = await run(contextOf(pool, { usernames: ['heron'], verdict: 'blind' }));
    expect(blind).toMatchObject({ released: 1, restUntil: NOW + 864_000_000 });
    expect(pool.accounts[0]).toMatchObject({ state: 'cooling', status: 'blind', dueAt: NOW + 864_000_000 });
    await run(contextOf(pool, { usernames: ['quill'], verdict: 'perm-banned' }, { config: { permBannedMs: null } }));
    expect(pool.accounts[1]).toMatchObject({ state: 'failed', status: 'perm-banned' });
  });

  test('without saying which ones, nothing happens', async () => {
    await expect(run(contextOf(await handedOut(), {}))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('ended half-way and run again, it takes back the rest, away until the same time', async () => {
    const pool = await handedOut();
    const first = contextOf(pool, { owner: 'mapper', verdict: 'blind' });
    first.context.pool.takeBack = () => Promise.reject(new Error('killed'));
    await expect(run(first)).rejects.toThrow('killed');
    const [checkpoint = null] = first.seen.saved;
    const again = contextOf(pool, { owner: 'mapper', verdict: 'blind' }, { checkpoint, now: NOW + 5_000 });
    expect(await run(again)).toMatchObject({ released: 2, restUntil: NOW + 864_000_000 });
  });
});

describe('by file', () => {
  let folder: string;
  let accountcsv: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-release-'));
    accountcsv = join(folder, 'accounts.csv');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const allocateInto = async (pool: TestPool, more: Record<string, unknown> = {}): Promise<void> => {
    const input = AllocateInput.parse({ accountcsv, count: 2, owner: 'mapper', ...more });
    const { context } = createTestContext(pokepool, { pool, now: NOW, input, taskId: 'task-a' });
    await allocate(context as unknown as PoolContext<AllocateInput>);
  };

  test.each(['monocle', 'rocketmap'])('of the format %s, its accounts come back from their owner', async (format) => {
    const pool = poolOf(4);
    await allocateInto(pool, { leaseMs: HOUR, format });
    expect((await stat(`${accountcsv}.leases.json`)).mode & 0o777).toBe(0o600);
    expect(await run(contextOf(pool, { accountcsv }))).toMatchObject({ released: 2, back: 0, refused: 0, unknown: 0 });
    expect(states(pool)).toEqual(Array(4).fill('ready null'));
    expect(await run(contextOf(pool, { accountcsv }))).toMatchObject({ released: 0, back: 2 });
  });

  test('what somebody else has had since is refused, and told by name', async () => {
    const pool = poolOf(2);
    await allocateInto(pool);
    // Free at once, so that the next allocation takes one of them.
    const task = pool.access('task/other');
    await task.handOut(await task.lease({ count: 1 }), { owner: 'other', expiresAt: NOW + HOUR });
    const output = await run(contextOf(pool, { accountcsv, verdict: 'blind' }));
    expect(output).toMatchObject({ released: 0, back: 1, refused: 1, refusedNames: ['heron'] });
    expect(pool.accounts.map(({ state, holder }) => `${state} ${holder}`)).toEqual(['busy owner/other', 'cooling null']);
  });

  test('a file without its leases needs the name of the owner; a file that was changed needs it as well', async () => {
    const pool = poolOf(3);
    await allocateInto(pool, { leaseMs: HOUR });
    await writeFile(accountcsv, `${await readFile(accountcsv, 'utf8')}nobody,x,ptc,,,\n`);
    await expect(run(contextOf(pool, { accountcsv }))).rejects.toThrow('Name the owner (it was mapper)');
    expect(await run(contextOf(pool, { accountcsv, owner: 'mapper', usernames: ['heron', 'nobody'] }))).toMatchObject({
      released: 1,
      unknown: 1,
    });
    await rm(`${accountcsv}.leases.json`);
    await expect(run(contextOf(pool, { accountcsv }))).rejects.toThrow('Name the owner');
    expect(await run(contextOf(pool, { accountcsv, owner: 'somebody' }))).toMatchObject({ released: 0, refused: 1 });
    expect(await run(contextOf(pool, { accountcsv, owner: 'mapper' }))).toMatchObject({ released: 1, back: 1 });
  });

  test('that cannot be read, or names nobody, is refused with the reason', async () => {
    const pool = poolOf(1);
    for (const bad of ['accounts.csv', join(folder, 'none.csv'), folder]) {
      await expect(run(contextOf(pool, { accountcsv: bad }))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    await writeFile(accountcsv, '');
    await expect(run(contextOf(pool, { accountcsv, owner: 'x' }))).rejects.toThrow('names no account');
    await writeFile(accountcsv, 'ptc,heron,x\n');
    await writeFile(`${accountcsv}.leases.json`, '{"version":2}');
    await expect(run(contextOf(pool, { accountcsv }))).rejects.toThrow('is not what an allocation writes');
  });
});
