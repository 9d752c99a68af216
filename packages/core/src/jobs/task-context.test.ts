import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MusterError } from '@muster/sdk';
import { expect, test } from 'vitest';
import { farm, openWorld } from '../testing/jobs-world.ts';
import type { Ctx, PluginCtx } from '../testing/jobs-world.ts';

/** Runs `work` on one account and returns what became of it. */
async function once(work: (ctx: Ctx) => Promise<unknown>) {
  const world = await openWorld({ plugin: farm({ work, as: { maxAttempts: 1 } }), accounts: 2 });
  const [id = ''] = world.ids;
  const job = await world.start({ selection: { ids: [id] } });
  const ended = await world.finish(job.id);
  const [task] = await world.tasks(job.id);
  return { world, ended, task, account: await world.account(id) };
}

async function allocating(allocate: (ctx: PluginCtx) => Promise<unknown>, accounts = 5) {
  const world = await openWorld({ plugin: farm({ allocate, allocateAs: { maxAttempts: 1 } }), accounts });
  const job = await world.jobs.start({ plugin: 'farm', action: 'allocate', input: {}, actor: 'test' });
  const ended = await world.finish(job.id);
  const all = await Promise.all(world.ids.map((id) => world.account(id)));
  return { world, ended, accounts: all, states: all.map(({ state }) => state) };
}

test('a task sees its account, its config and its input, defaults filled in', async () => {
  const { task } = await once(async (ctx) => ({
    label: ctx.account.label,
    data: ctx.account.data,
    secret: (await ctx.account.secret('password')) === 'pass-0',
    none: (await ctx.account.secret('name')) ?? null,
    config: ctx.config,
    input: ctx.input,
    random: ctx.random() < 1,
    now: ctx.now() > 0,
    last: ctx.checkpoint.last ?? null,
  }));
  expect(task?.output).toEqual({
    label: 'a000',
    data: { name: 'a000', level: 30 },
    secret: true,
    none: null,
    config: { greeting: 'hello' },
    input: { word: 'ok', count: 1 },
    random: true,
    now: true,
    last: null,
  });
});

test('an update merges fields, seals secrets and sets the status, and the task sees it at once', async () => {
  const { account, task, world } = await once(async (ctx) => {
    await Promise.all([
      ctx.update({ data: { note: 'new' } }),
      ctx.update({ data: { level: 40, password: 'secret-two' } }),
      ctx.update({ status: 'fine', why: 'checked' }),
    ]);
    return { seen: ctx.account.data, status: ctx.account.status, password: await ctx.account.secret('password') };
  });
  expect(account).toMatchObject({ data: { name: 'a000', level: 40, note: 'new' }, rank: 40, status: 'fine', state: 'ready' });
  expect(account.secrets['password']).toMatch(/^mv1:/);
  expect(task?.output).toEqual({ seen: { name: 'a000', level: 40, note: 'new' }, status: 'fine', password: '***' });
  expect(JSON.stringify(world.events)).not.toContain('secret-two');
});

test('a status word that means another state takes the account there when the task ends well', async () => {
  const { account } = await once((ctx) => ctx.update({ status: 'gone', why: 'closed by its owner' }));
  expect(account).toMatchObject({ state: 'retired', status: 'gone', why: 'closed by its owner', lease: null });
});

test.each([
  [{ data: { level: 'high' } }, 'BAD_INPUT', 'level'],
  [{ data: { nonsense: 1 } }, 'BAD_INPUT', 'nonsense'],
  [{ data: { name: 'a001' } }, 'CONFLICT', 'a001'],
  [{ data: { name: '' } }, 'BAD_INPUT', 'name'],
  [{ data: JSON.parse('{"__proto__": {"level": 3}}') as object }, 'BAD_INPUT', '__proto__'],
  [{ status: 'unheard-of' }, 'BAD_INPUT', 'unheard-of'],
  [{ status: 'constructor' }, 'BAD_INPUT', 'constructor'],
])('an update that does not fit is refused whole: %j', async (change, code, names) => {
  const { account, task } = await once((ctx) => ctx.update(change));
  expect(task?.error).toMatchObject({ code, message: expect.stringContaining(names) as string });
  expect(account.data).toEqual({ name: 'a000', level: 30 });
});

test.each([
  [
    'a cycle',
    () => {
      const a: Record<string, unknown> = {};
      a['self'] = a;
      return a;
    },
  ],
  ['a BigInt', () => ({ n: 1n })],
  ['a function', () => () => 1],
  ['too much', () => 'x'.repeat(300_000)],
])('an output that cannot be kept is dropped with a warning; the work stays done: %s', async (_name, output) => {
  const { task, world } = await once(async () => output());
  expect(task).toMatchObject({ state: 'done', output: null });
  expect(world.events.find(({ type }) => type === 'task.output-dropped')).toMatchObject({ level: 'warn' });
});

test('a checkpoint that cannot be kept is refused before the step that it is for', async () => {
  expect((await once((ctx) => ctx.checkpoint.save(1n as never))).task?.error?.code).toBe('BAD_INPUT');
  expect((await once((ctx) => ctx.checkpoint.save('x'.repeat(300_000)))).task?.error?.code).toBe('TOO_LARGE');
});

test('a checkpoint is on disk when it is saved, and gone when the task is done', async () => {
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        await ctx.checkpoint.save({ step: 2 });
        const [task] = await world.tasks((await world.jobs.list()).jobs[0]?.id ?? '');
        expect(task?.checkpoint).toEqual({ step: 2 });
      },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  expect((await world.finish(id)).counts.done).toBe(1);
  expect((await world.tasks(id))[0]?.checkpoint).toBeNull();
});

test('progress and log are cleaned for a terminal', async () => {
  const seen: string[] = [];
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        ctx.progress(Number.NaN, -1, `\u001b[31m${'n'.repeat(500)}`);
        ctx.log('line\u001b]52;c;x\u0007', { step: 1 });
        const [running] = (await world.jobs.list()).jobs[0]?.running ?? [];
        seen.push(`${running?.done}/${running?.total} ${running?.note.slice(0, 5)} ${running?.note.length}`);
      },
    }),
    accounts: 1,
  });
  await world.finish((await world.start()).id);
  expect(seen).toEqual(['0/0 �[31m 200']);
  expect(world.events.find(({ type }) => type === 'task.logged')).toMatchObject({
    message: 'line�]52;c;x�',
    fields: { step: 1 },
  });
});

test('fetch and sleep end with the task', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ends: string[] = [];
  const note = async (what: string, work: Promise<unknown>) =>
    work.catch((error: unknown) => void ends.push(`${what} ${(error as MusterError).code}`));
  let begun = false;
  const world = await openWorld({
    plugin: farm({
      async work(ctx) {
        begun = true;
        await Promise.all([note('fetch', ctx.fetch(url)), note('sleep', ctx.sleep(1e9))]);
        await note('sleep after', ctx.sleep(1));
        ctx.signal.throwIfAborted();
      },
    }),
    accounts: 1,
  });
  const { id } = await world.start();
  await world.until(() => begun);
  expect((await world.jobs.cancel(id, 'test')).counts.cancelled).toBe(1);
  expect(ends.toSorted()).toEqual(['fetch ABORTED', 'sleep ABORTED', 'sleep after ABORTED']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a context that outlives its task does nothing any more', async () => {
  let kept: Ctx | undefined;
  const { world, account } = await once(async (ctx) => {
    kept = ctx;
  });
  const dead = { code: 'ABORTED' };
  await expect(kept?.update({ why: 'late' })).rejects.toMatchObject(dead);
  await expect(kept?.checkpoint.save(1)).rejects.toMatchObject(dead);
  await expect(kept?.account.secret('password')).rejects.toMatchObject(dead);
  await expect(kept?.ask({ kind: 'otp', title: 'late?' })).rejects.toMatchObject(dead);
  await expect(kept?.fetch('http://127.0.0.1:1/')).rejects.toMatchObject(dead);
  kept?.log('late');
  kept?.progress(1, 1);
  expect(world.events.some(({ type }) => type === 'task.logged')).toBe(false);
  expect(await world.account(account.id)).toEqual(account);
});

test('what a task over the plugin leases and does not use is back in its place when it ends', async () => {
  const { ended, states, accounts } = await allocating(async (ctx) => {
    const got = await ctx.pool.lease({ count: 3, rank: { min: 30, max: 31 } });
    return {
      labels: got.map(({ label }) => label),
      ranks: got.map(({ rank }) => rank),
      secret: await got[0]?.secret('password'),
    };
  });
  expect(ended.output).toEqual({ labels: ['a000', 'a001', 'a003'], ranks: [30, 31, 30], secret: '***' });
  expect(states).toEqual(Array(5).fill('ready'));
  expect(accounts.map(({ uses }) => uses)).toEqual([0, 0, 0, 0, 0]);
});

test('it hands out, rests, fails and gives back, each by its name', async () => {
  const { ended, world, accounts } = await allocating(async (ctx) => {
    const [first, second, third, fourth, fifth] = await ctx.pool.lease({ count: 99 });
    if (!first || !second || !third || !fourth || !fifth) throw new Error('too few');
    await ctx.pool.handOut([first], { owner: 'bot', expiresAt: ctx.now() + 3_600_000 });
    await ctx.pool.handOut([second], { owner: 'bot', expiresAt: null });
    await ctx.pool.rest(third, { until: ctx.now() + 60_000, status: 'resting', why: 'asked to' });
    await ctx.pool.fail(fourth, { status: 'banned', why: 'banned' });
    await ctx.pool.giveBack([fifth]);
    return { left: (await ctx.pool.held()).length, supply: (await ctx.pool.supply({})).ready };
  });
  expect(ended.output).toEqual({ left: 0, supply: 2 });
  expect(accounts.map(({ state }) => state)).toEqual(['busy', 'ready', 'cooling', 'failed', 'ready']);
  expect(accounts[0]?.lease).toMatchObject({ holder: 'owner/bot' });
  expect(accounts[3]).toMatchObject({ status: 'banned', why: 'banned' });
  await expect(
    world.jobs.start({ plugin: 'farm', action: 'allocate', input: {}, selection: {}, actor: 't' }),
  ).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});

test('what is handed out comes back before its time, free or with a verdict, and only under the fence it was given', async () => {
  const { world, ended, accounts } = await allocating(async (ctx) => {
    const until = ctx.now() + 3_600_000;
    const taken = await ctx.pool.lease({ count: 4 });
    await ctx.pool.handOut(taken, { owner: 'bot', expiresAt: until });
    const [first, second, third, fourth] = await ctx.pool.handedOutTo('bot');
    if (!first || !second || !third || !fourth) throw new Error('too few');
    const moved = [
      await ctx.pool.takeBack([first], { owner: 'other' }),
      await ctx.pool.takeBack(
        [
          { ...first, fence: first.fence - 1 },
          { id: 'nobody', fence: 1 },
        ],
        { owner: 'bot' },
      ),
      await ctx.pool.takeBack([first], { owner: 'bot' }),
      await ctx.pool.takeBack([first], { owner: 'bot' }),
      await ctx.pool.takeBack([second], { rest: { until, why: 'blind' } }),
      await ctx.pool.takeBack([third], { owner: 'bot', fail: { status: 'banned', why: 'for good' } }),
      await ctx.pool.extend([third, fourth], { owner: 'bot', expiresAt: until + 1 }),
    ];
    await ctx.pool.update(fourth, { data: { level: 35 } });
    const [found, none] = await ctx.pool.find([{ name: 'A003' }, { name: 'unknown' }]);
    return {
      moved: moved.map((ids) => ids.length),
      out: (await ctx.pool.handedOutTo('bot')).length,
      others: (await ctx.pool.handedOutTo('other')).length,
      found: found && { owner: found.owner, rank: found.rank, due: found.dueAt === until + 1 },
      none: none ?? null,
    };
  });
  expect(ended.output).toEqual({
    moved: [1, 2, 0, 0, 0, 0, 1],
    out: 1,
    others: 0,
    found: { owner: 'bot', rank: 35, due: true },
    none: null,
  });
  expect(accounts.slice(0, 4).map(({ state, why }) => `${state} ${why}`)).toEqual([
    'ready null',
    'cooling blind',
    'failed for good',
    'busy null',
  ]);
  const history = world.events.filter(({ account }) => account === accounts[1]?.id);
  expect(history).toMatchObject([
    { type: 'account.handed-out', job: ended.id, fields: { owner: 'bot', fence: 1 } },
    { type: 'account.taken-back', job: ended.id, fields: { owner: 'bot', fence: 1, why: 'blind' } },
  ]);
});

test('a task cannot touch an account that it does not hold', async () => {
  const { ended } = await allocating(async (ctx) => {
    const [mine] = await ctx.pool.lease({ count: 1 });
    if (!mine) throw new Error('none');
    const forged = { ...mine, fence: mine.fence - 1 };
    const codes: string[] = [];
    const tell = (work: Promise<unknown>) => work.catch((error: unknown) => void codes.push((error as MusterError).code));
    await tell(ctx.pool.giveBack([forged]));
    await tell(ctx.pool.rest({ ...mine, id: 'other' }, { until: ctx.now() + 1 }));
    await tell(ctx.pool.handOut([mine], { owner: 'two words', expiresAt: null }));
    await tell(ctx.pool.handOut([mine], { owner: '', expiresAt: null }));
    await tell(ctx.pool.lease({ count: 0.5 }));
    await tell(ctx.pool.lease({ count: 1, where: 'level>>' }));
    return { codes };
  });
  expect(ended.output).toEqual({ codes: ['LEASE_LOST', 'LEASE_LOST', 'BAD_INPUT', 'BAD_INPUT', 'BAD_INPUT', 'BAD_FILTER'] });
});

test('the leases of a task over the plugin outlive their time as long as it works', async () => {
  const world = await openWorld({
    plugin: farm({
      async allocate(ctx) {
        const got = await ctx.pool.lease({ count: 2 });
        await ctx.sleep(3_600_000);
        await ctx.pool.handOut(got, { owner: 'bot', expiresAt: null });
      },
    }),
    accounts: 2,
  });
  await world.pool.start();
  const { id } = await world.jobs.start({ plugin: 'farm', action: 'allocate', input: {}, actor: 'test' });
  await world.clock.advance(3_601_000);
  expect((await world.finish(id)).counts.done).toBe(1);
  await world.pool.stop();
});
