import { changeProxy, MusterError } from '@muster/sdk';
import type { LeasedProxy } from '@muster/sdk';
import { expect, test } from 'vitest';
import { farm, openWorld } from '../testing/jobs-world.ts';
import type { Ctx, WorldOptions } from '../testing/jobs-world.ts';

const target = 'site.example';

async function withProxies(work: (ctx: Ctx) => Promise<unknown>, addresses: readonly string[], more: Partial<WorldOptions> = {}) {
  const world = await openWorld({ plugin: farm({ work, as: { maxAttempts: 1 } }), accounts: 1, ...more });
  for (const address of addresses) await world.proxies.add({ address }, 'test');
  const run = async () => {
    const ended = await world.finish((await world.start()).id);
    const [task] = await world.tasks(ended.id);
    return { ended, task };
  };
  return { world, run };
}

test('a task leases a proxy, credentials included, and gives it back with a verdict', async () => {
  const leased: (LeasedProxy | undefined)[] = [];
  const { world, run } = await withProxies(
    async (ctx) => {
      const proxy = await ctx.proxies.lease({ target: 'https://Site.Example/login' });
      leased.push(proxy);
      expect(await world.proxies.list()).toMatchObject([{ inUse: 1, holders: [`task/${ctx.taskId}`] }]);
      if (proxy) await ctx.proxies.giveBack(proxy, { kind: 'ok', durationMs: 120 });
    },
    ['anna:p@ss:w0rd@10.0.0.1:3128'],
  );
  expect((await run()).task?.error).toBeNull();
  expect(leased[0]).toMatchObject({ label: '10.0.0.1:3128', url: 'http://anna:p%40ss%3Aw0rd@10.0.0.1:3128', country: null });
  expect(await world.proxies.list()).toMatchObject([
    { state: 'good', inUse: 0, okCount: 1, durationMs: 120, targets: { 'site.example': { ok: 1, refused: 0 } } },
  ]);
});

test('where no proxies are set up there is none, and the task goes its own way', async () => {
  const { run } = await withProxies(async (ctx) => (await ctx.proxies.lease({ target })) === undefined, []);
  expect((await run()).task?.output).toBe(true);
});

test('a dead proxy moves its task on to another, at no attempt’s cost', async () => {
  const used: string[] = [];
  const { world, run } = await withProxies(
    async (ctx) => {
      const proxy = await ctx.proxies.lease({ target });
      used.push(proxy?.label ?? '');
      if (proxy?.label === '10.0.0.3:1') return ctx.attempt;
      throw changeProxy(`${proxy?.label} does not answer`);
    },
    ['10.0.0.1:1', '10.0.0.2:1', '10.0.0.3:1'],
  );
  const { task } = await run();
  expect(task).toMatchObject({ state: 'done', output: 1, attempt: 1, detours: 2 });
  expect(new Set(used).size).toBe(3);
  const list = await world.proxies.list();
  expect(list.map(({ state }) => state)).toEqual(['dead', 'dead', 'unchecked']);
  expect(list[0]?.lastFailure).toMatchObject({ kind: 'reported', detail: '10.0.0.1:1 does not answer' });
});

test('with every proxy dead the task waits until one may be tried again, then gives up within a bound', async () => {
  const { run } = await withProxies(
    async (ctx) => {
      await ctx.proxies.lease({ target });
      throw changeProxy('dead');
    },
    ['10.0.0.1:1'],
    { policy: { maxDetours: 4 } },
  );
  const { task } = await run();
  expect(task).toMatchObject({ state: 'failed', detours: 4, attempt: 1 });
});

test('what a task still holds ends with it, without a word against the proxy', async () => {
  const { world, run } = await withProxies(
    async (ctx) => {
      await ctx.proxies.lease({ target });
      await ctx.proxies.lease({ target });
      throw new MusterError('INTERNAL', 'broken');
    },
    ['10.0.0.1:1'],
  );
  await run();
  expect(await world.proxies.list()).toMatchObject([{ inUse: 0, failCount: 0, state: 'unchecked' }]);
});

test('a proxy kept from a task that has ended cannot be leased or judged any more', async () => {
  const kept: Ctx[] = [];
  const { run } = await withProxies(
    async (ctx) => {
      kept.push(ctx);
    },
    ['10.0.0.1:1'],
  );
  await run();
  await expect(kept[0]?.proxies.lease({ target })).rejects.toMatchObject({ code: 'ABORTED' });
});
