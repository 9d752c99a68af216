import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestContext, createTestPool, type TestContextOptions, type TestPool } from '@muster/sdk/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allocate } from '../allocate/allocate.ts';
import type { PoolContext } from '../allocate/context.ts';
import { readLeases } from '../allocate/leases.ts';
import pokepool from '../index.ts';
import { AllocateInput, SwapInput } from '../schemas.ts';
import { swap, type Swapped } from './swap.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const ROWS = [
  { username: 'heron', password: 'x"1', level: 30 },
  { username: 'quill', password: 'x,2', level: 30, model: 'iPhone9,1' },
  { username: 'fern', password: 'x3', level: 12 },
  { username: 'wren', password: 'x4', level: 31 },
];

let folder: string;
let accountcsv: string;
let pool: TestPool;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-swap-'));
  accountcsv = join(folder, 'accounts.csv');
  pool = createTestPool(pokepool, ROWS, { now: () => NOW });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const contextOf = (input: Record<string, unknown>, more: TestContextOptions = {}) =>
  createTestContext(pokepool, {
    pool,
    now: NOW,
    taskId: 'task-s',
    input: SwapInput.parse({ accountcsv, username: 'heron', ...input }),
    ...more,
  });
const run = ({ context }: ReturnType<typeof contextOf>): Promise<Swapped> => swap(context as unknown as PoolContext<SwapInput>);
const allocated = async (more: Record<string, unknown> = {}): Promise<string> => {
  const input = AllocateInput.parse({ accountcsv, count: 2, owner: 'mapper', leaseMs: HOUR, ...more });
  const { context } = createTestContext(pokepool, { pool, now: NOW, input, taskId: 'task-a' });
  await allocate(context as unknown as PoolContext<AllocateInput>);
  return readFile(accountcsv, 'utf8');
};
const holders = (): string[] => pool.accounts.map(({ state, holder }) => `${state} ${holder}`);

test.each(['monocle', 'rocketmap'])(
  'one line of %s is replaced by the next of the same level, the others stay',
  async (format) => {
    if (format === 'rocketmap')
      pool = createTestPool(pokepool, ROWS.toSpliced(1, 1, { username: 'quill', password: 'x2', level: 30 }), { now: () => NOW });
    const before = await allocated({ format });
    const output = await run(contextOf({ verdict: 'temp-banned' }));
    expect(output).toMatchObject({
      gone: 'heron',
      came: 'wren',
      taken: true,
      owner: 'mapper',
      leasedUntil: NOW + HOUR,
      restUntil: NOW + 864_000_000,
    });
    const line = format === 'monocle' ? ['heron,"x""1",ptc,,,', 'wren,x4,ptc,,,'] : ['ptc,heron,x"1', 'ptc,wren,x4'];
    expect(await readFile(accountcsv, 'utf8')).toBe(before.replace(line[0] ?? '', line[1] ?? ''));
    expect(holders()).toEqual(['cooling null', 'busy owner/mapper', 'ready null', 'busy owner/mapper']);
    expect((await readLeases(accountcsv))?.leases.map(({ username }) => username)).toEqual(['quill', 'wren']);
    expect(await readdir(folder)).toEqual(['accounts.csv', 'accounts.csv.leases.json']);
    // What was swapped can be swapped again, and released.
    expect(await run(contextOf({ username: 'wren', verdict: 'good', minLevel: 12 }))).toMatchObject({
      gone: 'wren',
      taken: true,
    });
  },
);

test('killed after the file was put in place, it goes on to the end', async () => {
  await allocated();
  const first = contextOf({});
  first.context.pool.takeBack = () => Promise.reject(new Error('killed'));
  await expect(run(first)).rejects.toThrow('killed');
  const checkpoint = first.seen.saved.at(-1) ?? null;
  expect(await run(contextOf({}, { checkpoint }))).toMatchObject({ gone: 'heron', taken: true });
  expect(holders()).toEqual(['cooling null', 'busy owner/mapper', 'ready null', 'busy owner/mapper']);
});

test('with nobody to come, nobody goes', async () => {
  const before = await allocated();
  await expect(run(contextOf({ minLevel: 40 }))).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE' });
  expect(await readFile(accountcsv, 'utf8')).toBe(before);
  expect(holders()).toEqual(['busy owner/mapper', 'busy owner/mapper', 'ready null', 'ready null']);
});

test('a file that is not as it was written is not touched', async () => {
  await expect(run(contextOf({}))).rejects.toThrow('no leases');
  const text = await allocated();
  await expect(run(contextOf({ username: 'nobody' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(run(contextOf({}, { now: NOW + HOUR }))).rejects.toThrow('its lease has ended');
  await writeFile(accountcsv, `${text}more,x,ptc,,,\n`);
  await expect(run(contextOf({}))).rejects.toThrow('was changed');
});
