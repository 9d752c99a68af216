import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestContext, createTestPool, type TestContext, type TestContextOptions, type TestPool } from '@muster/sdk/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import pokepool from '../index.ts';
import { AllocateInput } from '../schemas.ts';
import startSimulator from '../simulator.ts';
import { allocate, type AllocateOutput } from './allocate.ts';
import type { PoolContext } from './context.ts';

const NOW = Date.UTC(2026, 0, 1);
const TEN_DAYS_MS = 864_000_000;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-allocate-'));
  file = join(folder, 'accounts.csv');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = (count: number, level = 30) =>
  Array.from({ length: count }, (_, index) => ({ username: `user${index + 1}`, password: `pass${index + 1}`, level }));
const poolOf = (list: readonly Record<string, unknown>[]): TestPool => createTestPool(pokepool, list, { now: () => NOW });
const contextOf = (pool: TestPool, input: Record<string, unknown>, more: TestContextOptions = {}): TestContext =>
  createTestContext(pokepool, { pool, now: NOW, input: AllocateInput.parse({ accountcsv: file, ...input }), ...more });
const run = ({ context }: TestContext): Promise<AllocateOutput> => allocate(context as unknown as PoolContext<AllocateInput>);
const states = (pool: TestPool): string[] => pool.accounts.map(({ label, state }) => `${label} ${state}`);
const left = async (): Promise<string[]> => readdir(folder);

describe('a file', () => {
  test('holds the accounts that rested longest, with device columns and credentials byte for byte, for the owner only', async () => {
    const pool = poolOf([
      { username: 'low', password: 'x', level: 12 },
      { username: 'heron', password: 'Re"ed,4', level: 30, model: 'iPhone9,1', ios: '10.2.1', deviceId: '2f0c' },
      { provider: 'google', username: 'otto@example.test', password: '=Pine 3', level: 31 },
      { username: 'wren', password: 'Coal5', level: 30 },
    ]);
    const output = await run(contextOf(pool, { count: 2, minLevel: 30, maxLevel: 31 }));
    expect(await readFile(file, 'utf8')).toBe(
      'username,password,provider,model,iOS,id\nheron,"Re""ed,4",ptc,"iPhone9,1",10.2.1,2f0c\notto@example.test,"=Pine 3",google,,,\n',
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(output).toMatchObject({ got: 2, wanted: 2, nextReadyAt: null, file, format: 'monocle', leasedUntil: null });
    expect(await left()).toEqual(['accounts.csv', 'accounts.csv.leases.json']);
    // The next one is whoever was not used.
    await run(contextOf(pool, { count: 2, minLevel: 30, format: 'rocketmap' }, { taskId: 'task-2' }));
    expect(await readFile(file, 'utf8')).toBe('ptc,wren,Coal5\ngoogle,otto@example.test,=Pine 3\n');
  });

  test('is for RocketMap only what its reader gets back: others are passed over and keep their place', async () => {
    const pool = poolOf([
      { username: 'comma', password: 'a,b' },
      { username: 'blank', password: ' c' },
      { username: 'none' },
      ...rows(2),
    ]);
    const output = await run(contextOf(pool, { count: 2, format: 'rocketmap' }));
    expect(await readFile(file, 'utf8')).toBe('ptc,user1,pass1\nptc,user2,pass2\n');
    expect(output.passedOver).toBe(3);
    expect(pool.accounts.slice(0, 3).map(({ state, uses, order }) => [state, uses, order])).toEqual([
      ['ready', 0, 1],
      ['ready', 0, 2],
      ['ready', 0, 3],
    ]);
  });

  test('leaves accounts leased to their owner until the lease ends', async () => {
    const pool = poolOf(rows(1));
    const output = await run(contextOf(pool, { count: 1, owner: 'mapper-1', leaseMs: 60_000 }));
    expect(output.leasedUntil).toBe(NOW + 60_000);
    expect(pool.accounts[0]).toMatchObject({ state: 'busy', holder: 'owner/mapper-1', dueAt: NOW + 60_000 });
  });
});

describe('a shortage', () => {
  test('is a figure: what there was is written, and when more comes back is told', async () => {
    const pool = poolOf(rows(3));
    Object.assign(pool.accounts[2] as object, { state: 'cooling', dueAt: NOW + 5_000 });
    const output = await run(contextOf(pool, { count: 10 }));
    expect(output).toMatchObject({ got: 2, wanted: 10, nextReadyAt: NOW + 5_000 });
  });

  test('of everything is an error with the time to try again, and no file is touched', async () => {
    await writeFile(file, 'former');
    const pool = poolOf(rows(1));
    Object.assign(pool.accounts[0] as object, { state: 'cooling', dueAt: NOW + 5_000 });
    await expect(run(contextOf(pool, { count: 1 }))).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE', retryAfterMs: 5_000 });
    await expect(run(contextOf(poolOf([]), { count: 1 }))).rejects.toMatchObject({
      code: 'NOTHING_AVAILABLE',
      retryAfterMs: undefined,
    });
    expect(await readFile(file, 'utf8')).toBe('former');
    expect(await left()).toEqual(['accounts.csv']);
  });
});

describe('a check on the way', () => {
  test('puts those that fail to rest for ten days from now, and takes others until there are enough', async () => {
    await using simulator = await simulated({ tempBanRate: 0.2, blindRate: 0.2, permBanRate: 0.1 });
    const pool = poolOf(rows(60));
    const context = contextOf(pool, { count: 20 }, { config: simulator.config });
    const output = await run(context);
    const resting = pool.accounts.filter(({ state }) => state === 'cooling');
    expect(output.got).toBe(20);
    expect(resting.length).toBeGreaterThan(3);
    expect(output.checked).toBe(20 + resting.length);
    expect(Object.values(output.rested).reduce((sum, count) => sum + count, 0)).toBe(resting.length);
    for (const account of resting) {
      expect(account.dueAt).toBe(NOW + TEN_DAYS_MS);
      expect(['temp-banned', 'blind', 'perm-banned']).toContain(account.status);
    }
    const written = (await readFile(file, 'utf8'))
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]);
    expect(written).toEqual(pool.accounts.filter(({ uses }) => uses === 1).map(({ label }) => label));
    // Only those about to be handed out were checked: a check starts the time of blindness.
    expect(simulator.counters()['requests']).toBe(output.checked);
  });

  test('takes an account out of use where the settings give no time', async () => {
    await using simulator = await simulated({ permBanRate: 1 });
    const pool = poolOf(rows(1));
    const context = contextOf(pool, { count: 1 }, { config: { ...simulator.config, permBannedMs: null } });
    await expect(run(context)).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE' });
    expect(pool.accounts[0]).toMatchObject({ state: 'failed', status: 'perm-banned', why: 'the check found it banned for good' });
  });

  test('runs so many at once as it is told, and no more', async () => {
    await using simulator = await simulated({ latencyMs: 20 });
    await run(contextOf(poolOf(rows(12)), { count: 12 }, { config: { ...simulator.config, checksAtOnce: 3 } }));
    expect(simulator.counters()['mostAtOnce']).toBe(3);
  });

  test('is asked again when the checker is in trouble; if it stays so, every account goes back and none is blamed', async () => {
    await using simulator = await simulated({});
    await writeFile(file, 'former');
    const pool = poolOf(rows(5));
    simulator.fault('server-error', 2);
    expect((await run(contextOf(pool, { count: 2 }, { config: simulator.config }))).got).toBe(2);
    simulator.fault('server-error', 1_000);
    const later = contextOf(pool, { count: 2 }, { config: simulator.config, taskId: 'task-2' });
    await expect(run(later)).rejects.toMatchObject({ code: 'RETRY_LATER', remedy: 'retry' });
    expect(states(pool)).toEqual(rows(5).map(({ username }) => `${username} ready`));
    expect(pool.accounts.map(({ uses }) => uses)).toEqual([1, 1, 0, 0, 0]);
  });

  test('that is not wanted is not made', async () => {
    await using simulator = await simulated({ permBanRate: 1 });
    const output = await run(contextOf(poolOf(rows(2)), { count: 2, check: false }, { config: simulator.config }));
    expect(output).toMatchObject({ got: 2, checked: 0 });
    expect(simulator.counters()['requests']).toBe(0);
  });
});

describe('a place that cannot be written is refused before anything is taken', () => {
  const refused = async (accountcsv: string): Promise<string> => {
    const pool = poolOf(rows(1));
    const context = contextOf(pool, { count: 1, accountcsv });
    const error = await run(context).then(
      () => 'it was written',
      (thrown: unknown) => (thrown as Error).message,
    );
    expect(pool.accounts[0]).toMatchObject({ state: 'ready', fence: 0 });
    expect(context.seen.revealed).toEqual([]);
    return error;
  };

  test.each([
    ['accounts.csv', /not a full path/],
    ['/no/such/folder/accounts.csv', /no such folder/],
    ['/proc/accounts.csv', /cannot be written/],
    ['/dev/null', /not a regular file/],
  ])('%s', async (path, message) => {
    expect(await refused(path)).toMatch(message);
  });

  test('a folder, and a link to elsewhere', async () => {
    await mkdir(file);
    expect(await refused(file)).toMatch(/is a folder/);
    expect(await refused(`${folder}/`)).toMatch(/is a folder/);
    await symlink('/etc/passwd', join(folder, 'link.csv'));
    expect(await refused(join(folder, 'link.csv'))).toMatch(/is a link to \/etc\/passwd/);
  });
});

describe('what goes wrong on the way', () => {
  test('a hand-out that the pool refuses leaves the former file and every account in its place', async () => {
    await writeFile(file, 'former');
    await chmod(file, 0o640);
    const pool = poolOf(rows(3));
    const context = contextOf(pool, { count: 2 });
    context.context.pool.handOut = async () => {
      throw new Error('the disk is full');
    };
    await expect(run(context)).rejects.toThrow('the disk is full');
    expect(await readFile(file, 'utf8')).toBe('former');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await left()).toEqual(['accounts.csv']);
    expect(states(pool)).toEqual(['user1 ready', 'user2 ready', 'user3 ready']);
    expect(context.seen.saved).toMatchObject([{ phase: 'writing' }, { phase: 'undoing' }]);
  });

  test('a first file that is taken back is gone', async () => {
    const context = contextOf(poolOf(rows(1)), { count: 1 });
    context.context.pool.handOut = async () => {
      throw new Error('the disk is full');
    };
    await expect(run(context)).rejects.toThrow('the disk is full');
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  test('a stop in the middle of the checks gives everything back', async () => {
    await using simulator = await simulated({ latencyMs: 60_000 });
    const controller = new AbortController();
    const pool = poolOf(rows(3));
    const running = run(contextOf(pool, { count: 2 }, { config: simulator.config, signal: controller.signal }));
    while (simulator.counters()['requests'] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await expect(running).rejects.toThrow('aborted');
    expect(states(pool)).toEqual(['user1 ready', 'user2 ready', 'user3 ready']);
    expect(await left()).toEqual([]);
  });

  test('two allocations at once share no account', async () => {
    const pool = poolOf(rows(30));
    const outputs = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        run(
          contextOf(pool, { count: 10, accountcsv: join(folder, `${index}.csv`), leaseMs: 60_000 }, { taskId: `task-${index}` }),
        ).catch((error: unknown) => error),
      ),
    );
    expect(outputs.filter((output) => (output as AllocateOutput).got === 10)).toHaveLength(3);
    expect(pool.accounts.map(({ uses }) => uses)).toEqual(rows(30).map(() => 1));
  });
});

async function simulated(knobs: Record<string, unknown>) {
  const simulator = await startSimulator({ knobs });
  return Object.assign(simulator, { [Symbol.asyncDispose]: () => simulator.close() });
}
