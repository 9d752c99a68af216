import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountRecord } from '../accounts/account-record.ts';
import { openLowdbStore } from '../adapters/lowdb-store.ts';
import { COLLECTIONS } from '../testing/jobs-world.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';

const CHILD = fileURLToPath(new URL('../testing/jobs-child.ts', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-killed-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the host until it has acknowledged so many tasks, then kills it; or to its end. Returns the tasks it acknowledged. */
async function live(
  args: readonly string[],
  killAfter: number,
): Promise<{ readonly acknowledged: string[]; readonly over: boolean }> {
  const child = spawn(process.execPath, ['--conditions=muster:source', CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const acknowledged = (): string[] => [...text.matchAll(/^acknowledged (\S+)\n/gm)].map(([, task]) => task ?? '');
  for await (const piece of child.stdout) {
    text += String(piece);
    if (text.includes('working\n') && acknowledged().length >= killAfter) child.kill('SIGKILL');
  }
  return { acknowledged: acknowledged(), over: text.includes('over\n') };
}

test.each(['again', 'uncertain'])(
  'a host killed with -9 in the middle loses nothing that it acknowledged (%s)',
  async (afterCrash) => {
    const directory = await mkdtemp(join(folder, 'data-'));
    const effects = join(directory, 'effects.txt');
    const args = [directory, effects, afterCrash];
    const acknowledged: string[] = [];
    for (const killAfter of [0, 7, 13]) acknowledged.push(...(await live(args, killAfter)).acknowledged);
    const last = await live(args, Infinity);
    expect(last.over).toBe(true);
    acknowledged.push(...last.acknowledged);

    const store = await openLowdbStore({ directory, collections: COLLECTIONS, now: () => 0 });
    const tasks = await store.list<TaskRecord>('tasks', { sort: { by: 'order' } });
    const accounts = await store.list<AccountRecord>('accounts');
    const jobs = await store.list<JobRecord>('jobs');
    await store.close();
    expect(jobs).toMatchObject([{ state: 'done', total: 60 }]);
    expect(tasks).toHaveLength(60);
    const done = new Set(tasks.filter(({ state }) => state === 'done').map(({ id }) => id));
    expect(acknowledged.filter((task) => !done.has(task))).toEqual([]);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(accounts.filter(({ state, lease }) => state !== 'ready' || lease !== null)).toEqual([]);

    const lines = (await readFile(effects, 'utf8')).trim().split('\n');
    const begins = lines.filter((line) => line.startsWith('begin'));
    const twice = begins.length - new Set(begins.map((line) => line.split(' ')[1])).size;
    const others = tasks.filter(({ state }) => state !== 'done');
    expect(others.map(({ state }) => state)).toEqual(Array<string>(others.length).fill('uncertain'));
    // Nobody knows what an uncertain task did, so none is done a second time; tasks that may run again do, until none is left.
    expect(afterCrash === 'uncertain' ? twice : others.length).toBe(0);
    expect(others.length).toBeLessThanOrEqual(3 * 6);
  },
);
