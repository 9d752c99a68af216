import { MusterError, retryLater } from '@muster/sdk';
import { expect, test } from 'vitest';
import { openMemoryStore } from '../adapters/memory-store.ts';
import type { JobSnapshot } from './jobs.ts';
import { COLLECTIONS, farm, openWorld } from '../testing/jobs-world.ts';

test.each([
  ['an unknown plugin', { plugin: 'nope' }, 'NOT_FOUND', 'nope'],
  ['an unknown action', { action: 'fly' }, 'NOT_FOUND', 'it has: work, allocate'],
  ['an action of the prototype', { action: 'constructor' }, 'NOT_FOUND', 'constructor'],
  ['no selection', { selection: undefined as never }, 'BAD_INPUT', 'selection'],
  ['a selection of another plugin', { selection: { plugin: 'other' } }, 'BAD_INPUT', 'other'],
  ['an input of the wrong type', { input: { word: 5 } }, 'BAD_INPUT', 'word: '],
  ['an input too short', { input: { word: 'x' } }, 'BAD_INPUT', 'word: '],
  ['an input that is not JSON', { input: { word: 1n } }, 'BAD_INPUT', 'input'],
  ['an input of a megabyte', { input: { word: 'x'.repeat(1e6) } }, 'TOO_LARGE', 'input'],
  ['no concurrency', { concurrency: 0 }, 'BAD_INPUT', 'concurrency'],
  ['too much concurrency', { concurrency: 1e9 }, 'BAD_INPUT', 'concurrency'],
  ['a time that is none', { at: Number.NaN }, 'BAD_INPUT', 'at'],
  ['too often', { everyMs: 10 }, 'BAD_INPUT', 'everyMs'],
  ['a broken filter', { selection: { where: 'level>>' } }, 'BAD_FILTER', ''],
  ['a filter that nobody fits', { selection: { where: 'level>99' } }, 'NOTHING_AVAILABLE', 'nothing was started'],
  ['ids that are no accounts', { selection: { ids: ['x', 'y'] } }, 'BAD_INPUT', '2 of the 2'],
])('a job is refused for %s, and nothing is left of it', async (_name, more, code, words) => {
  const world = await openWorld({ plugin: farm({}), accounts: 2 });
  await expect(world.start(more)).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
  expect(await world.store.count('jobs')).toBe(0);
  expect(await world.store.count('tasks')).toBe(0);
});

test('an id that is named twice is worked on once, and the order of the ids is kept', async () => {
  const seen: string[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        seen.push(ctx.account.label);
      },
    }),
    accounts: 3,
  });
  const [a = '', b = '', c = ''] = world.ids;
  const job = await world.start({ selection: { ids: [c, a, c, b, a] }, concurrency: 1 });
  expect(job.total).toBe(3);
  await world.finish(job.id);
  expect(seen).toEqual(['a002', 'a000', 'a001']);
});

test('a large selection is prepared in batches; a failure on the way takes all of it back', async () => {
  const store = await openMemoryStore({ collections: COLLECTIONS });
  let commits = 0;
  const failing = new Proxy(store, {
    get: (target, name) =>
      name === 'commit'
        ? async (operations: Parameters<typeof store.commit>[0]) => {
            const inserts = operations.some((each) => 'insert' in each && each.insert === 'tasks');
            if (inserts && (commits += 1) === 3) throw new MusterError('STORE_FAILED', 'The disk is full.');
            await target.commit(operations);
          }
        : (Reflect.get(target, name) as unknown),
  });
  const world = await openWorld({ plugin: farm({}), accounts: 2_500, store: failing });
  await expect(world.start()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(commits).toBe(3);
  expect(await store.count('jobs')).toBe(0);
  expect(await store.count('tasks')).toBe(0);
  const job = await world.start({ concurrency: 100 });
  expect((await world.finish(job.id)).counts.done).toBe(2_500);
});

test('retry makes a new job of what failed, by code, with the same input', async () => {
  const fail = new Map([
    ['a001', 'SOFT'],
    ['a002', 'HARD'],
    ['a003', 'HARD'],
  ]);
  let broken = true;
  const words: string[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        words.push(ctx.input.word);
        const code = fail.get(ctx.account.label);
        if (broken && code) throw new MusterError(code, 'no');
      },
    }),
    accounts: 5,
  });
  const first = await world.start({ input: { word: 'again' } });
  const ended = await world.finish(first.id);
  expect(ended.errors).toEqual([
    { code: 'HARD', count: 2, example: 'no' },
    { code: 'SOFT', count: 1, example: 'no' },
  ]);
  broken = false;
  const hard = await world.jobs.retry(first.id, { codes: ['HARD'], actor: 'anna' });
  expect(hard).toMatchObject({ retryOf: first.id, total: 2, actor: 'anna' });
  await world.finish(hard.id);
  expect((await world.tasks(hard.id)).map(({ label }) => label)).toEqual(['a002', 'a003']);
  expect((await world.jobs.retry(first.id, { actor: 'anna' })).total).toBe(3);
  expect(new Set(words)).toEqual(new Set(['again']));
  await expect(world.jobs.retry(hard.id, { actor: 'anna' })).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE' });
});

test('a job of a later time waits for it, then takes the accounts of that time', async () => {
  const world = await openWorld({ plugin: farm({}), accounts: 2 });
  const job = await world.start({ at: world.clock.now() + 3_600_000 });
  expect(job).toMatchObject({ state: 'scheduled', total: 0 });
  await world.accounts.add('farm', { name: 'late' }, 'test');
  await world.clock.advance(3_500_000);
  expect((await world.jobs.get(job.id)).state).toBe('scheduled');
  await expect(world.jobs.pause(job.id, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
  await world.clock.advance(200_000);
  expect((await world.finish(job.id)).counts.done).toBe(3);
});

test('a scheduled job can be cancelled, and a time that was missed is made up once', async () => {
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const world = await openWorld({ plugin: farm({}), accounts: 2, store });
  const at = world.clock.now() + 1_000;
  const cancelled = await world.start({ at });
  const missed = await world.start({ at });
  expect(await world.jobs.cancel(cancelled.id, 'test')).toMatchObject({ state: 'cancelled' });
  await world.jobs.stop(0);
  await world.clock.advance(86_400_000);
  const second = await openWorld({ plugin: farm({}), store, clock: world.clock, seed: 2 });
  await second.jobs.recover();
  expect((await second.finish(missed.id)).counts.done).toBe(2);
  expect((await second.jobs.get(cancelled.id)).counts.done).toBe(0);
});

test('a repeated job runs in step with its first time, never twice at once, and ends when its next is cancelled', async () => {
  let slow = false;
  const world = await openWorld({ plugin: farm({ work: (ctx) => ctx.sleep(slow ? 150_000 : 1) }), accounts: 1 });
  const first = await world.start({ everyMs: 60_000 });
  expect(first.state).toBe('running');
  await world.clock.advance(125_000);
  const states = async () => (await world.jobs.list()).jobs.map(({ state }) => state).toSorted();
  expect(await states()).toEqual(['done', 'done', 'done', 'scheduled']);
  slow = true;
  await world.clock.advance(120_000);
  expect(await states()).toEqual(['done', 'done', 'done', 'running', 'scheduled']);
  expect(world.events.find(({ type }) => type === 'job.skipped')?.message).toContain('its last run still goes on');
  const [next] = (await world.jobs.list({ state: 'scheduled' })).jobs;
  expect(((next?.startAt ?? 0) - (first.startAt ?? 0)) % 60_000).toBe(0);
  await world.jobs.cancel(next?.id ?? '', 'test');
  await world.clock.advance(600_000);
  expect(await states()).toEqual(['cancelled', 'done', 'done', 'done', 'done']);
});

test('a scheduled job that finds nobody is over, with a word; a repeated one tries again', async () => {
  const world = await openWorld({ plugin: farm({}), accounts: 1 });
  const nobody = { selection: { where: 'level>99' } };
  const once = await world.start({ ...nobody, at: world.clock.now() + 1_000 });
  const often = await world.start({ ...nobody, everyMs: 60_000, at: world.clock.now() + 1_000 });
  await world.clock.advance(2_000);
  expect((await world.jobs.get(once.id)).state).toBe('cancelled');
  expect(await world.jobs.get(often.id)).toMatchObject({ state: 'scheduled', startAt: (often.startAt ?? 0) + 60_000 });
  expect(world.events.filter(({ type }) => type === 'job.skipped')).toHaveLength(2);
});

test('old jobs go with their tasks, those beyond the number kept too, and none that still works', async () => {
  const policy = { keepJobs: 2 };
  const world = await openWorld({ plugin: farm({ allocate: (ctx) => ctx.sleep(90 * 86_400_000) }), accounts: 3, policy });
  await world.jobs.recover();
  const running = await world.jobs.start({ plugin: 'farm', action: 'allocate', input: {}, actor: 'test' });
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const { id } = await world.start();
    await world.finish(id);
    await world.clock.advance(1_000);
    ids.push(id);
  }
  await world.clock.advance(86_400_000);
  const left = async () => (await world.jobs.list()).jobs.map(({ id }) => id);
  expect(await left()).toEqual([ids[3], ids[2], running.id]);
  expect(await world.store.count('tasks')).toBe(7);
  await world.clock.advance(31 * 86_400_000);
  expect(await left()).toEqual([running.id]);
  expect(await world.store.count('tasks')).toBe(1);
});

test('snapshots come at each change of state and at most four a second in between', async () => {
  const snapshots: JobSnapshot[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        for (let step = 0; step < 100; step += 1) {
          ctx.progress(step, 100);
          await ctx.sleep(10);
        }
      },
    }),
    accounts: 20,
  });
  const ends = world.jobs.change$.subscribe((snapshot) => snapshots.push(snapshot));
  const startedAt = world.clock.now();
  const { id } = await world.start({ concurrency: 10 });
  await world.finish(id);
  const seconds = (world.clock.now() - startedAt) / 1_000;
  expect(snapshots.length).toBeGreaterThan(4);
  expect(snapshots.length).toBeLessThanOrEqual(Math.ceil(seconds) * 4 + 2);
  expect(snapshots[0]).toMatchObject({ state: 'running', total: 20 });
  expect(snapshots.at(-1)).toMatchObject({ state: 'done', counts: { done: 20 }, running: [] });
  const working = snapshots.find(({ counts }) => counts.done > 0 && counts.running > 0);
  expect(working?.ratePerMinute).toBeGreaterThan(0);
  expect(working?.leftMs).toBeGreaterThan(0);
  ends.unsubscribe();
});

test('a list of jobs is newest first, by state and in pages; tasks too', async () => {
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        if (ctx.account.label === 'a001') throw new MusterError('NO', 'no');
      },
    }),
    accounts: 5,
  });
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { id } = await world.start();
    await world.finish(id);
    await world.clock.advance(10);
    ids.unshift(id);
  }
  expect((await world.jobs.list({ limit: 2 })).jobs.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(await world.jobs.list({ state: 'running' })).toEqual({ total: 0, jobs: [] });
  const [first = ''] = ids;
  expect((await world.jobs.tasks({ job: first, offset: 3, limit: 5 })).tasks.map(({ label }) => label)).toEqual(['a003', 'a004']);
  expect(await world.jobs.tasks({ job: first, state: 'failed' })).toMatchObject({ total: 1, tasks: [{ label: 'a001' }] });
});

test('says how many accounts of a selection an action can take, and why not the rest', async () => {
  const world = await openWorld({ plugin: farm({}), accounts: 10 });
  await world.accounts.setState({ ids: world.ids.slice(0, 3) }, 'paused', 'test');
  await world.pool.lease({ plugin: 'farm', count: 2, holder: 'owner/bot', ttlMs: 60_000 });
  const [work] = await world.jobs.applicable({});
  expect(work).toMatchObject({ plugin: 'farm', action: 'work', title: 'Work', can: 5, dangerous: false });
  expect(work?.cannot.toSorted((a, b) => a.reason.localeCompare(b.reason))).toEqual([
    { reason: 'busy', count: 2 },
    { reason: 'paused', count: 3 },
  ]);
  expect(await world.jobs.applicable({ ids: world.ids.slice(0, 1) })).toMatchObject([
    { can: 0, cannot: [{ reason: 'paused', count: 1 }] },
  ]);
  expect(await world.jobs.applicable({ where: 'level>99' })).toEqual([]);
});

test('an action for accounts with a status of its own says how many have it', async () => {
  const plugin = farm({});
  const action = plugin.actions['work'];
  const world = await openWorld({
    plugin: { ...plugin, actions: { work: { ...action, forStatuses: ['broken'] } } } as typeof plugin,
    accounts: 4,
  });
  expect(await world.jobs.applicable({})).toMatchObject([{ can: 0, cannot: [{ reason: 'not broken', count: 4 }] }]);
  const [id = ''] = world.ids;
  await world.store.commit([{ update: 'accounts', id, patch: { set: { status: 'broken' } } }]);
  expect(await world.jobs.applicable({})).toMatchObject([{ can: 1, cannot: [{ reason: 'not broken', count: 3 }] }]);
});

test('a store that fails stops the job with a word, and does not spin', async () => {
  const store = await openMemoryStore({ collections: COLLECTIONS });
  let full = false;
  const failing = new Proxy(store, {
    get: (target, name) =>
      (name === 'commit' || name === 'claim') && full
        ? () => Promise.reject(new MusterError('STORE_FAILED', 'The disk is full.'))
        : (Reflect.get(target, name) as unknown),
  });
  const world = await openWorld({ plugin: farm({ work: (ctx) => ctx.sleep(1_000) }), accounts: 20, store: failing });
  const { id } = await world.start();
  await world.clock.advance(1_500);
  full = true;
  await world.clock.advance(60_000);
  const halted = world.events.filter(({ type }) => type === 'job.halted');
  expect(halted).toMatchObject([{ level: 'error', message: 'Work: the job stands still: The disk is full.' }]);
  expect((await world.jobs.get(id)).counts.done).toBeGreaterThan(0);
  full = false;
  const second = await openWorld({ plugin: farm({}), store, clock: world.clock, seed: 2 });
  await second.jobs.recover();
  const { counts } = await second.finish(id);
  expect(counts.done + counts.uncertain).toBe(20);
});

test('a job that starts while the log is broken runs all the same', async () => {
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        if (ctx.attempt === 1) throw retryLater('once more');
      },
    }),
    accounts: 1,
    brokenLog: true,
  });
  const { id } = await world.start();
  expect((await world.finish(id)).counts.done).toBe(1);
  expect(world.events.find(({ type }) => type === 'audit.failed')?.message).toContain('test started "Work" with one task');
});
