import { changeProxy, MusterError, restAccount, retireAccount, retryLater } from '@muster/sdk';
import { expect, test } from 'vitest';
import { farm, openWorld } from '../testing/jobs-world.ts';

test('a task that can pass is tried again after its backoff, and the account is free meanwhile', async () => {
  const attempts: number[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        attempts.push(ctx.attempt);
        if (ctx.attempt < 3) throw retryLater('the site is busy', { retryAfterMs: 10_000 });
      },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  await world.until(async () => (await world.jobs.get(id)).counts.waiting === 1);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({
    state: 'ready',
    lease: null,
    tries: 1,
    why: 'the site is busy',
  });
  const [task] = await world.tasks(id);
  expect(task).toMatchObject({ state: 'waiting', attempt: 1, error: { code: 'RETRY_LATER' } });
  expect(task?.notBefore).toBeGreaterThanOrEqual(world.clock.now() + 10_000 - 1_000);
  const ended = await world.finish(id);
  expect(ended.counts).toMatchObject({ done: 1, failed: 0 });
  expect(attempts).toEqual([1, 2, 3]);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'ready', tries: 0, why: null });
  expect((await world.tasks(id))[0]).toMatchObject({ state: 'done', error: null });
});

test('a failed task keeps the facts of its error, where they are JSON and short', async () => {
  const kept: unknown[] = [];
  const shortage = { got: 0, wanted: 5, nextReadyAt: null, rested: { blind: 5 } };
  for (const details of [shortage, { list: 'x'.repeat(5_000) }, { work: () => undefined, big: 1n }]) {
    const world = await openWorld({
      plugin: farm({
        work: async () => {
          throw new MusterError('NOTHING_AVAILABLE', 'none is left', { details });
        },
      }),
      accounts: 1,
    });
    const { id } = await world.start();
    await world.finish(id);
    kept.push((await world.tasks(id))[0]?.error?.details);
  }
  expect(kept).toEqual([shortage, undefined, undefined]);
});

test('the same seed gives the same backoff', async () => {
  const times = async (seed: number): Promise<number[]> => {
    const starts: number[] = [];
    const world = await openWorld({
      seed,
      plugin: farm({
        async work(ctx) {
          starts.push(ctx.now());
          throw retryLater('busy');
        },
      }),
      accounts: 3,
    });
    const { id } = await world.start();
    await world.finish(id);
    return starts;
  };
  const [once, again, other] = [await times(1), await times(1), await times(2)];
  expect(once).toHaveLength(9);
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});

test('a task fails when its attempts are spent, and says why', async () => {
  const world = await openWorld({
    plugin: farm({
      work: async () => {
        throw retryLater('the site is busy');
      },
      as: { maxAttempts: 2 },
    }),
    accounts: 2,
  });
  const { id } = await world.start();
  const ended = await world.finish(id);
  expect(ended.counts.failed).toBe(2);
  expect(ended.errors).toEqual([{ code: 'RETRY_LATER', count: 2, example: 'the site is busy' }]);
  expect((await world.tasks(id)).map(({ attempt }) => attempt)).toEqual([2, 2]);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'ready', tries: 2 });
});

test('a resting account cools until its time, and its task goes on then without having lost an attempt', async () => {
  let runs = 0;
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        runs += 1;
        expect(ctx.attempt).toBe(1);
        if (runs === 1) throw restAccount('slow down', 60_000, { status: 'resting' });
        return 'ok';
      },
      as: { from: ['ready'] },
    }),
    accounts: 1,
  });
  const startedAt = world.clock.now();
  const { id } = await world.start();
  await world.until(async () => (await world.jobs.get(id)).counts.waiting === 1);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'cooling', status: 'resting', why: 'slow down' });
  expect((await world.finish(id)).counts.done).toBe(1);
  expect(world.clock.now()).toBeGreaterThanOrEqual(startedAt + 60_000);
  expect((await world.tasks(id))[0]).toMatchObject({ attempt: 1, detours: 1, state: 'done' });
});

test('an account that rests for ever does not keep its task for ever', async () => {
  const world = await openWorld({
    plugin: farm({
      work: async () => {
        throw restAccount('slow down', 1_000);
      },
    }),
    accounts: 1,
    policy: { maxDetours: 3 },
  });
  const { id } = await world.start();
  expect((await world.finish(id)).errors).toMatchObject([{ code: 'ACCOUNT_RESTS', count: 1 }]);
  expect((await world.tasks(id))[0]).toMatchObject({ state: 'failed', detours: 3, attempt: 1 });
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ state: 'cooling', lease: null });
});

test('a banned account is taken out of use with the status of the plugin', async () => {
  const world = await openWorld({
    plugin: farm({
      work: async () => {
        throw retireAccount('BANNED', 'banned for good', { status: 'banned' });
      },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  expect((await world.finish(id)).errors).toMatchObject([{ code: 'BANNED' }]);
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({
    state: 'failed',
    status: 'banned',
    why: 'banned for good',
    lease: null,
  });
});

test('a dead proxy moves the task on without a try of the account', async () => {
  let runs = 0;
  const world = await openWorld({
    plugin: farm({
      async work() {
        runs += 1;
        if (runs < 4) throw changeProxy('proxy is dead');
      },
      as: { maxAttempts: 1 },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  expect((await world.finish(id)).counts.done).toBe(1);
  expect((await world.tasks(id))[0]).toMatchObject({ attempt: 1, detours: 3 });
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({ tries: 0, uses: 1 });
});

test('what a plugin throws by mistake fails the task as INTERNAL; its stack is in the log and its secrets are nowhere', async () => {
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        const password = await ctx.account.secret('password');
        throw new TypeError(`cannot log in with ${password}`);
      },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  const ended = await world.finish(id);
  expect(ended.errors).toEqual([{ code: 'INTERNAL', count: 1, example: 'cannot log in with ***' }]);
  const failed = world.events.find(({ type }) => type === 'task.failed');
  expect(failed?.fields).toMatchObject({ code: 'INTERNAL', stack: expect.stringContaining('TypeError') as string });
  expect(JSON.stringify(await world.tasks(id))).not.toContain('pass-0');
  expect(JSON.stringify(await world.account(world.ids[0] ?? ''))).not.toContain('pass-0');
});

test('an account in a state that the action does not start from fails its task and stays as it is', async () => {
  const world = await openWorld({ plugin: farm({}), accounts: 3 });
  const [first = '', second = ''] = world.ids;
  await world.accounts.setState({ ids: [first] }, 'paused', 'test');
  const [held] = await world.pool.lease({ plugin: 'farm', count: 1, holder: 'owner/bot', ttlMs: 3_600_000 });
  expect(held?.id).toBe(second);
  const { id } = await world.start();
  const ended = await world.finish(id);
  expect(ended.counts).toMatchObject({ done: 1, failed: 2 });
  expect(ended.errors.map(({ code }) => code).toSorted()).toEqual(['ACCOUNT_BUSY', 'ACCOUNT_STATE']);
  expect(await world.account(first)).toMatchObject({ state: 'paused', lease: null });
  expect(await world.account(second)).toMatchObject({ state: 'busy', lease: { holder: 'owner/bot' } });
  const messages = (await world.tasks(id)).flatMap(({ error }) => error?.message ?? []);
  expect(messages[0]).toBe('a000 is paused; this action starts from ready, cooling, failed.');
  expect(messages[1]).toContain('a001 is in use by owner/bot until ');
});

test('an error that names no sense of time or words fails the task, not the engine', async () => {
  const thrown: unknown[] = [undefined, null, 'text', 7, { code: 'X' }, new MusterError('ODD\u001b[2J', 'x'.repeat(100_000))];
  let n = 0;
  const world = await openWorld({
    plugin: farm({
      async work() {
        n += 1;
        throw thrown[n - 1];
      },
    }),
    accounts: thrown.length,
  });
  const { id } = await world.start();
  expect((await world.finish(id)).counts.failed).toBe(thrown.length);
  for (const { error } of await world.tasks(id)) expect(error?.message.length).toBeLessThanOrEqual(2_000);
});

test('a task that ends well can put its account away until a time, with the reason it gave', async () => {
  const until: number[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        until.push(ctx.now() + 60_000);
        await ctx.update({ why: 'found blind', restUntil: ctx.now() + 60_000 });
      },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  expect((await world.finish(id)).counts).toMatchObject({ done: 1 });
  expect(await world.account(world.ids[0] ?? '')).toMatchObject({
    state: 'cooling',
    dueAt: until[0],
    why: 'found blind',
    lease: null,
  });
});
