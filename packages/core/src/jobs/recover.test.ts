import type { Json } from '@muster/sdk';
import { expect, test } from 'vitest';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { cuttable } from '../testing/cuttable-store.ts';
import { COLLECTIONS, farm, openWorld } from '../testing/jobs-world.ts';
import type { Actions, World } from '../testing/jobs-world.ts';

async function killed(actions: Actions, accounts: number, when: (world: World, job: string) => Promise<boolean>) {
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const life = cuttable(store);
  const first = await openWorld({ plugin: farm(actions), accounts, store: life.store });
  const reopen = (after: Actions = actions, seed = 'second life'): Promise<World> =>
    openWorld({ plugin: farm(after), store, clock: first.clock, seed });
  return {
    first,
    store,
    kill: async (job: string) => {
      await first.until(() => when(first, job));
      life.cut();
    },
    reopen,
  };
}

const running = (count: number) => async (world: World, job: string) =>
  (await world.jobs.get(job)).running.filter(({ note }) => note === 'begun').length === count;

const hang: NonNullable<Actions['work']> = (ctx) => {
  ctx.progress(1, 2, 'begun');
  return ctx.sleep(3_600_000);
};

test('tasks that may run again do, with their checkpoint, and the rest of the job goes on', async () => {
  const seen: (Json | undefined)[] = [];
  const actions: Actions = {
    async work(ctx) {
      await ctx.checkpoint.save({ step: 1, of: ctx.account.label });
      await hang(ctx);
    },
    as: { afterCrash: 'again', concurrency: 2 },
  };
  const { first, kill, reopen } = await killed(actions, 4, running(2));
  const { id } = await first.start();
  await kill(id);
  const second = await reopen({
    ...actions,
    async work(ctx) {
      seen.push(ctx.checkpoint.last);
      expect(ctx.attempt).toBe(1);
    },
  });
  await second.jobs.recover();
  expect((await second.finish(id)).counts).toMatchObject({ done: 4, uncertain: 0 });
  expect(seen).toEqual([{ step: 1, of: 'a000' }, { step: 1, of: 'a001' }, undefined, undefined]);
  for (const each of second.ids) expect(await second.account(each)).toMatchObject({ state: 'ready', lease: null });
});

test('tasks that may not run again are uncertain, their accounts free in their place, and nothing else is lost', async () => {
  const { first, kill, reopen } = await killed({ work: hang, as: { concurrency: 2 } }, 4, running(2));
  const orders = await Promise.all(first.ids.map(async (each) => (await first.account(each)).order));
  const { id } = await first.start();
  await kill(id);
  const ran: string[] = [];
  const second = await reopen({
    async work(ctx) {
      ran.push(ctx.account.label);
    },
  });
  await second.jobs.recover();
  const ended = await second.finish(id);
  expect(ended.counts).toMatchObject({ done: 2, uncertain: 2 });
  expect(ran).toEqual(['a002', 'a003']);
  const [uncertain] = await second.tasks(id);
  expect(uncertain).toMatchObject({ state: 'uncertain', error: { code: 'INTERRUPTED' } });
  expect((await second.account(first.ids[0] ?? '')).order).toBe(orders[0]);

  const again = await second.jobs.retry(id, { uncertain: true, actor: 'test' });
  expect((await second.finish(again.id)).counts).toMatchObject({ done: 2 });
  expect(ran.slice(2)).toEqual(['a000', 'a001']);
});

test('a task that was taken but had not begun simply runs', async () => {
  const { first, store, reopen } = await killed({}, 3, async () => true);
  const { id } = await first.start();
  await first.finish(id);
  // As a host leaves it that dies between taking a task and leasing its account.
  const [task] = await first.tasks(id);
  await store.commit([
    { update: 'tasks', id: task?.id ?? '', patch: { set: { state: 'running', endedAt: null } } },
    { update: 'jobs', id, patch: { set: { state: 'running', endedAt: null, result: null } } },
  ]);
  const second = await reopen();
  await second.jobs.recover();
  expect((await second.finish(id)).counts).toMatchObject({ done: 3, uncertain: 0 });
});

test('a paused job stays paused', async () => {
  const { first, reopen, kill } = await killed({ work: hang }, 9, async () => true);
  const { id } = await first.start({ concurrency: 1 });
  await first.jobs.pause(id, 'test');
  await kill(id);
  const second = await reopen({});
  await second.jobs.recover();
  await second.clock.advance(600_000);
  expect(await second.jobs.get(id)).toMatchObject({ state: 'paused', counts: { done: 0 } });
  await second.jobs.resume(id, 'test');
  const { counts } = await second.finish(id);
  expect(counts.done + counts.uncertain).toBe(9);
});

test('a job that was still being prepared was never promised: it is gone, with its tasks', async () => {
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const world = await openWorld({ plugin: farm({}), accounts: 2, store });
  const started = await world.start();
  await world.finish(started.id);
  await store.commit([{ update: 'jobs', id: started.id, patch: { set: { state: 'preparing' } } }]);
  const second = await openWorld({ plugin: farm({}), store, seed: 2 });
  await second.jobs.recover();
  await expect(second.jobs.get(started.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await store.count('tasks')).toBe(0);
});

test('a cancel that was cut short is finished', async () => {
  const { first, kill, reopen, store } = await killed({ work: hang }, 2_100, running(3));
  const { id } = await first.start({ concurrency: 3 });
  await first.until(() => running(3)(first, id));
  void first.jobs.cancel(id, 'test');
  await first.until(async () => (await store.get<{ id: string; state: string }>('jobs', id))?.state === 'cancelled');
  await kill(id).catch(() => undefined);
  const second = await reopen({});
  await second.jobs.recover();
  const ended = await second.jobs.get(id);
  expect(ended.endedAt).not.toBeNull();
  expect(ended.counts.cancelled + ended.counts.uncertain).toBe(2_100);
  expect(await store.count('accounts', { op: 'ne', field: 'lease', value: null })).toBe(0);
});

test('leases of tasks and of requests that are no more are given back; those handed out stay', async () => {
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const world = await openWorld({ plugin: farm({}), accounts: 3, store });
  await world.pool.lease({ plugin: 'farm', count: 1, holder: 'task/ghost', ttlMs: 9_000_000 });
  await world.pool.lease({ plugin: 'farm', count: 1, holder: 'http/ghost', ttlMs: 9_000_000 });
  await world.pool.lease({ plugin: 'farm', count: 1, holder: 'owner/bot', ttlMs: 9_000_000 });
  await world.jobs.recover();
  for (const at of [0, 1]) expect(await world.account(world.ids[at] ?? '')).toMatchObject({ state: 'ready', lease: null });
  expect(await world.account(world.ids[2] ?? '')).toMatchObject({ state: 'busy', lease: { holder: 'owner/bot' } });
  expect(world.events.find(({ type }) => type === 'lease.returned')?.message).toContain('2 accounts');
});

test('a task over the plugin finds what it held, however long the host was away', async () => {
  const held: string[][] = [];
  const actions: Actions = {
    async allocate(ctx) {
      held.push((await ctx.pool.held()).map(({ label }) => label));
      if (ctx.checkpoint.last !== undefined) {
        await ctx.pool.handOut(await ctx.pool.held(), { owner: 'bot', expiresAt: null });
        return { resumed: true };
      }
      await ctx.pool.lease({ count: 3 });
      await ctx.checkpoint.save({ wrote: true });
      ctx.progress(1, 2, 'begun');
      await ctx.sleep(3_600_000);
      return {};
    },
    allocateAs: { afterCrash: 'again' },
  };
  const { first, kill, reopen } = await killed(actions, 5, running(1));
  const { id } = await first.jobs.start({ plugin: 'farm', action: 'allocate', input: {}, actor: 'test' });
  await kill(id);
  await first.clock.advance(86_400_000);
  const second = await reopen();
  await second.jobs.recover();
  await second.pool.start();
  expect((await second.finish(id)).output).toEqual({ resumed: true });
  expect(held).toEqual([[], ['a000', 'a001', 'a002']]);
  for (const each of second.ids) expect((await second.account(each)).state).toBe('ready');
  expect((await second.account(second.ids[0] ?? '')).uses).toBe(1);
  await second.pool.stop();
});

test('a task over the plugin that may not run again gives back what it held', async () => {
  const actions: Actions = {
    async allocate(ctx) {
      await ctx.pool.lease({ count: 3 });
      ctx.progress(1, 2, 'begun');
      await ctx.sleep(3_600_000);
    },
  };
  const { first, kill, reopen, store } = await killed(actions, 5, running(1));
  const { id } = await first.jobs.start({ plugin: 'farm', action: 'allocate', input: {}, actor: 'test' });
  await kill(id);
  const second = await reopen();
  await second.jobs.recover();
  expect((await second.finish(id)).counts).toMatchObject({ uncertain: 1 });
  expect(await store.count('accounts', { op: 'eq', field: 'state', value: 'ready' })).toBe(5);
});

test('a task that takes the host down each time ends as uncertain', async () => {
  const actions: Actions = { work: hang, as: { afterCrash: 'again' } };
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const first = await openWorld({ plugin: farm(actions), accounts: 1, store, policy: { maxDetours: 3 } });
  const { id } = await first.start();
  for (let life = 0; life < 6; life += 1) {
    const guarded = cuttable(store);
    const world = await openWorld({ plugin: farm(actions), store: guarded.store, seed: life, policy: { maxDetours: 3 } });
    await world.jobs.recover();
    const { endedAt } = await world.jobs.get(id);
    if (endedAt === null)
      await world.until(async () => (await world.jobs.get(id)).endedAt !== null || (await running(1)(world, id)));
    guarded.cut();
  }
  const last = await openWorld({ plugin: farm(actions), store, seed: 'last', policy: { maxDetours: 3 } });
  expect(await last.jobs.get(id)).toMatchObject({ state: 'done', counts: { uncertain: 1 } });
});

test('a job whose action is gone waits for its plugin, paused', async () => {
  const { first, kill, reopen, store } = await killed({ work: hang }, 3, running(1));
  const { id } = await first.start({ concurrency: 1 });
  await kill(id);
  const second = await openWorld({ plugin: { ...farm({}), actions: {} }, store, seed: 2 });
  await second.jobs.recover();
  await second.clock.advance(60_000);
  expect(await second.jobs.get(id)).toMatchObject({ state: 'paused', counts: { uncertain: 1, queued: 2, failed: 0 } });
  expect(second.events.find(({ type }) => type === 'job.paused')?.message).toContain('There is no action farm.work');
  await second.jobs.stop(0);
  const third = await reopen({});
  await third.jobs.recover();
  await third.jobs.resume(id, 'test');
  expect((await third.finish(id)).counts).toMatchObject({ uncertain: 1, done: 2 });
});

test('an ordered stop sends tasks that may run again back to the queue, and the next start takes them up', async () => {
  const actions: Actions = { work: hang, as: { afterCrash: 'again', concurrency: 2 } };
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const first = await openWorld({ plugin: farm(actions), accounts: 4, store });
  const { id } = await first.start();
  await first.until(() => running(2)(first, id));
  await first.jobs.stop(5_000);
  expect((await first.tasks(id)).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(Array<string>(4).fill('queued 0'));
  expect(await store.count('accounts', { op: 'eq', field: 'state', value: 'ready' })).toBe(4);
  await expect(first.start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const second = await openWorld({ plugin: farm({}), store, seed: 2 });
  await second.jobs.recover();
  expect((await second.finish(id)).counts.done).toBe(4);
});

test('an ordered stop leaves tasks uncertain that may not run again, and does not wait for one that hangs', async () => {
  const actions: Actions = { work: (ctx) => (ctx.progress(1, 2, 'begun'), new Promise(() => undefined)), as: { concurrency: 2 } };
  const store = await openMemoryStore({ collections: COLLECTIONS });
  const first = await openWorld({ plugin: farm(actions), accounts: 4, store });
  const { id } = await first.start();
  await first.until(() => running(2)(first, id));
  const stopped = first.jobs.stop(2_000);
  await first.clock.advance(2_100);
  await stopped;
  expect((await first.tasks(id)).map(({ state }) => state)).toEqual(['uncertain', 'uncertain', 'queued', 'queued']);
  expect(await store.count('accounts', { op: 'eq', field: 'state', value: 'ready' })).toBe(4);
});
