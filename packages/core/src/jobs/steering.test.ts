import { expect, test } from 'vitest';
import { farm, openWorld } from '../testing/jobs-world.ts';
import type { Ctx } from '../testing/jobs-world.ts';

/** An action whose tasks end when the test says so. */
function gated() {
  const open: { readonly label: string; readonly end: () => void }[] = [];
  let most = 0;
  const work = async (ctx: Ctx): Promise<string> => {
    const gate = Promise.withResolvers<void>();
    open.push({ label: ctx.account.label, end: gate.resolve });
    most = Math.max(most, open.length);
    ctx.signal.addEventListener('abort', () => gate.reject(ctx.signal.reason), { once: true });
    try {
      await gate.promise;
    } finally {
      open.splice(
        open.findIndex(({ label }) => label === ctx.account.label),
        1,
      );
    }
    return 'done';
  };
  const endAll = (): void => {
    for (const { end } of open.slice()) end();
  };
  return { work, open, endAll, most: () => most };
}

test('concurrency is changed while the job runs: up at once, down as tasks end', async () => {
  const gate = gated();
  const world = await openWorld({ plugin: farm({ work: gate.work, as: { concurrency: 2 } }), accounts: 12 });
  const { id, concurrency } = await world.start();
  expect(concurrency).toBe(2);
  await world.until(() => gate.open.length === 2);
  expect(gate.open.map(({ label }) => label)).toEqual(['a000', 'a001']);

  await world.jobs.setConcurrency(id, 5, 'test');
  await world.until(() => gate.open.length === 5);

  const lowered = await world.jobs.setConcurrency(id, 1, 'test');
  expect(lowered.concurrency).toBe(1);
  expect(lowered.running).toHaveLength(5);
  for (const left of [4, 3, 2, 1]) {
    gate.open[0]?.end();
    await world.clock.advance(0);
    expect(gate.open).toHaveLength(left);
  }
  gate.open[0]?.end();
  await world.until(() => gate.open.length === 1);
  expect(gate.most()).toBe(5);

  await world.jobs.setConcurrency(id, 50, 'test');
  await world.until(() => gate.open.length === 7);
  gate.endAll();
  expect((await world.finish(id)).counts.done).toBe(12);
});

test('no more tasks are taken from the queue than there are free slots', async () => {
  const gate = gated();
  const world = await openWorld({ plugin: farm({ work: gate.work }), accounts: 30 });
  const { id } = await world.start({ concurrency: 3 });
  await world.until(() => gate.open.length === 3);
  const states = (await world.tasks(id)).map(({ state }) => state);
  expect(states).toEqual([...Array<string>(3).fill('running'), ...Array<string>(27).fill('queued')]);
  await world.jobs.cancel(id, 'test');
});

test('a paused job takes nothing new, lets end what runs, and goes on when it is resumed', async () => {
  const gate = gated();
  const world = await openWorld({ plugin: farm({ work: gate.work }), accounts: 6 });
  const { id } = await world.start({ concurrency: 2 });
  await world.until(() => gate.open.length === 2);
  expect(await world.jobs.pause(id, 'anna')).toMatchObject({ state: 'paused', counts: { running: 2, queued: 4 } });
  gate.endAll();
  await world.clock.advance(60_000);
  expect(gate.open).toHaveLength(0);
  expect(await world.jobs.get(id)).toMatchObject({ state: 'paused', counts: { done: 2, queued: 4 }, leftMs: null });
  expect(await world.jobs.resume(id, 'anna')).toMatchObject({ state: 'running' });
  for (const done of [4, 6]) {
    await world.until(() => gate.open.length === 2);
    gate.endAll();
    await world.until(async () => (await world.jobs.get(id)).counts.done === done);
  }
  expect((await world.finish(id)).counts.done).toBe(6);
  const audited = world.events.filter(({ level }) => level === 'audit').map(({ type, actor }) => `${actor} ${type}`);
  expect(audited).toEqual(['test job.started', 'anna job.paused', 'anna job.resumed']);
});

test('a job that is paused with its last task ends with it', async () => {
  const gate = gated();
  const world = await openWorld({ plugin: farm({ work: gate.work }), accounts: 1 });
  const { id } = await world.start();
  await world.until(() => gate.open.length === 1);
  await world.jobs.pause(id, 'test');
  gate.endAll();
  expect(await world.finish(id)).toMatchObject({ state: 'done' });
});

test('cancelling stops what runs, cancels the rest and gives every account back to its place', async () => {
  const gate = gated();
  const world = await openWorld({ plugin: farm({ work: gate.work }), accounts: 2_500 });
  const orders = await Promise.all(world.ids.map(async (id) => (await world.account(id)).order));
  const { id } = await world.start({ concurrency: 3 });
  await world.until(() => gate.open.length === 3);
  const cancelled = await world.jobs.cancel(id, 'anna');
  expect(cancelled).toMatchObject({ state: 'cancelled', counts: { cancelled: 2_500, running: 0, queued: 0 }, running: [] });
  expect(cancelled.endedAt).not.toBeNull();
  const after = await Promise.all(world.ids.map((each) => world.account(each)));
  expect(after.every(({ state, lease }) => state === 'ready' && lease === null)).toBe(true);
  expect(after.map(({ order }) => order)).toEqual(orders);
  expect(await world.jobs.cancel(id, 'anna')).toMatchObject({ state: 'cancelled' });
});

test('a task that ignores its signal is left alone after the grace, with a warning, and its account is free', async () => {
  let late: (() => Promise<void>) | undefined;
  const world = await openWorld({
    plugin: farm({
      work: (ctx) =>
        new Promise(() => {
          late = () => ctx.update({ why: 'too late' });
        }),
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  await world.until(() => late !== undefined);
  const cancelling = world.jobs.cancel(id, 'test');
  await world.clock.advance(4_900);
  expect((await world.account(world.ids[0] ?? '')).state).toBe('busy');
  await world.clock.advance(200);
  expect(await cancelling).toMatchObject({ state: 'cancelled', counts: { cancelled: 1 } });
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'ready', lease: null });
  expect(world.events.find(({ type }) => type === 'task.abandoned')).toMatchObject({ level: 'warn', account: world.ids[0] });
  await expect(late?.()).rejects.toMatchObject({ code: 'ABORTED' });
});

test('a task that ends well although it was stopped is done', async () => {
  let begun = false;
  const world = await openWorld({
    plugin: farm({
      work: (ctx) =>
        new Promise((resolve) => {
          begun = true;
          ctx.signal.addEventListener('abort', () => resolve('made it'));
        }),
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  await world.until(() => begun);
  expect((await world.jobs.cancel(id, 'test')).counts).toMatchObject({ done: 1, cancelled: 0 });
});

test('two jobs over the same accounts never work on one at the same time, and both get through', async () => {
  const busy = new Set<string>();
  let overlaps = 0;
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        if (busy.has(ctx.account.id)) overlaps += 1;
        busy.add(ctx.account.id);
        await ctx.sleep(1_000 * ctx.random());
        busy.delete(ctx.account.id);
      },
    }),
    accounts: 20,
  });
  const first = await world.start({ concurrency: 7 });
  const second = await world.start({ concurrency: 5 });
  const third = await world.start({ concurrency: 20 });
  for (const { id } of [first, second, third]) {
    expect((await world.finish(id)).counts).toMatchObject({ done: 20, failed: 0 });
    expect((await world.tasks(id)).every(({ attempt, detours }) => attempt === 1 && detours === 0)).toBe(true);
  }
  expect(overlaps).toBe(0);
});

test('the lease of a long task is renewed as long as it works', async () => {
  const world = await openWorld({ plugin: farm({ work: (ctx) => ctx.sleep(3_600_000) }), accounts: 1 });
  await world.pool.start();
  const { id } = await world.start();
  await world.clock.advance(1_800_000);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'busy', fence: 1 });
  await world.clock.advance(1_801_000);
  expect((await world.finish(id)).counts.done).toBe(1);
  await world.pool.stop();
});

test('a task whose lease was taken away is stopped and fails, and the new holder keeps the account', async () => {
  const world = await openWorld({ plugin: farm({ work: (ctx) => ctx.sleep(3_600_000) }), accounts: 1 });
  const [account = ''] = world.ids;
  const { id } = await world.start();
  await world.until(async () => (await world.account(account)).state === 'busy');
  const set = {
    lease: { holder: 'owner/thief', expiresAt: world.clock.now() + 9_000_000 },
    dueAt: world.clock.now() + 9_000_000,
  };
  await world.store.commit([{ update: 'accounts', id: account, patch: { set, add: { fence: 1 } } }]);
  expect((await world.finish(id)).errors).toMatchObject([{ code: 'LEASE_LOST' }]);
  expect(await world.account(account)).toMatchObject({ state: 'busy', lease: { holder: 'owner/thief' } });
});

test('steering what has ended or is not there is an error that says so', async () => {
  const world = await openWorld({ plugin: farm({}), accounts: 1 });
  const { id } = await world.start();
  await world.finish(id);
  await expect(world.jobs.pause(id, 'test')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `Job ${id} (Work) is done; there is nothing to change.`,
  });
  await expect(world.jobs.resume(id, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(world.jobs.cancel(id, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(world.jobs.setConcurrency(id, 2, 'test')).rejects.toMatchObject({ code: 'CONFLICT' });
  for (const concurrency of [0, -1, 1.5, Number.NaN, 1_001]) {
    await expect(world.jobs.setConcurrency(id, concurrency, 'test')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  }
  await expect(world.jobs.get('nope')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(world.jobs.tasks({ job: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(world.jobs.cancel('nope', 'test')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(world.jobs.retry('nope', { actor: 'test' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
