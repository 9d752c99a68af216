import { stat } from 'node:fs/promises';
import {
  ROTATION_STRATEGIES,
  definePlugin,
  MusterError,
  type PluginService,
  type RequestRotation,
  type ServiceContext,
} from '@muster/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openTestHost, type TestHost } from '../testing/test-host.ts';

interface Gateway extends PluginService {
  readonly rotation: RequestRotation<unknown>;
  readonly context: ServiceContext<unknown, unknown>;
}

const limits = { limit: 5, windowMs: 60_000, cooldownMs: 0 };

const gateway = () =>
  definePlugin({
    id: 'gateway',
    title: 'Gateway',
    config: z.object({}),
    account: z.object({ name: z.string() }),
    identity: [['name']],
    actions: {
      fail: {
        title: 'Fail',
        input: z.object({}),
        maxAttempts: 1,
        async run(ctx) {
          await ctx.evidence('page.html', '<p>no</p>');
          throw new MusterError('RETRY_LATER', 'The page is not there.');
        },
      },
    },
    service: {
      load: async () => ({
        default: async (context: ServiceContext<unknown, unknown>) => {
          const rotation = await context.openRotation({ strategy: 'round-robin', limits });
          return { rotation, context, urls: () => ['http://127.0.0.1:1/v1'], close: async () => undefined };
        },
      }),
    },
    views: {
      figures: {
        title: 'Figures',
        about: 'plugin',
        load: async () => ({
          default: async ({ params, service, accounts }) => {
            const { rotation } = await service<Gateway>();
            const facts = [
              { label: 'served', value: rotation.totals().served },
              { label: 'accounts', value: (await accounts.list()).total },
              { label: 'of', value: params['of'] ?? 'all' },
            ];
            return { sections: [{ kind: 'facts', facts }] };
          },
        }),
      },
      one: {
        title: 'One',
        about: 'account',
        load: async () => ({
          default: async ({ account }) => ({ sections: [{ kind: 'log', lines: [{ at: 1, text: account ?? '' }] }] }),
        }),
      },
      ill: {
        title: 'Ill',
        about: 'plugin',
        load: async () => ({ default: async () => ({ sections: [{ kind: 'x' }] }) as never }),
      },
    },
  });

const open = (): Promise<TestHost> => openTestHost({ plugins: [gateway()] });

test('the views of a plugin are listed and read, with their parameters and about their accounts', async () => {
  await using opened = await open();
  const { client } = opened;
  const { id } = await client.call('addAccount', { body: { plugin: 'gateway', data: { name: 'ash' } } });
  const { views } = await client.call('listViews', { params: { plugin: 'gateway' } });
  expect(views.map(({ name, about }) => [name, about])).toEqual([
    ['figures', 'plugin'],
    ['one', 'account'],
    ['ill', 'plugin'],
  ]);
  expect((await client.call('getPlugin', { params: { plugin: 'gateway' } })).views).toEqual(views);
  const read = (view: string, query: Record<string, string> = {}) =>
    client.call('readView', { params: { plugin: 'gateway', view }, query });
  expect(await read('figures', { of: 'today' })).toEqual({
    sections: [
      {
        kind: 'facts',
        facts: [
          { label: 'served', value: 0 },
          { label: 'accounts', value: 1 },
          { label: 'of', value: 'today' },
        ],
      },
    ],
  });
  expect(await read('one', { account: 'ash' })).toEqual({ sections: [{ kind: 'log', lines: [{ at: 1, text: id }] }] });
  await expect(read('one')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(read('one', { account: 'misty' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(read('figures', { account: 'ash' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(read('figures', { '../x': '1' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(read('none')).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('figures') as string });
  await expect(read('ill')).rejects.toMatchObject({
    code: 'PLUGIN_BROKEN',
    message: expect.stringContaining('sections.0') as string,
  });
});

test('open rotations are told of with their figures, a window of accounts at a time', async () => {
  await using opened = await open();
  const { client } = opened;
  for (const name of ['ash', 'misty', 'brock']) await client.call('addAccount', { body: { plugin: 'gateway', data: { name } } });
  expect(await client.call('listRotations', { query: {} })).toEqual({ rotations: [] });
  const service = async () => (await client.call('getPlugin', { params: { plugin: 'gateway' } })).service;
  expect(await service()).toEqual({ state: 'closed', why: null });
  await client.call('readView', { params: { plugin: 'gateway', view: 'figures' }, query: {} });
  expect(await service()).toEqual({ state: 'open', why: null });
  const { rotations } = await client.call('listRotations', { query: { limit: 2, offset: 1 } });
  expect(rotations).toMatchObject([
    {
      plugin: 'gateway',
      strategy: ROTATION_STRATEGIES[0],
      limits,
      totals: { accounts: 3, free: 3, served: 0 },
      figures: [{ label: 'misty', uses: 0 }, { label: 'brock' }],
    },
  ]);
  expect((await client.call('listRotations', { query: { plugin: 'other' } })).rotations).toEqual([]);
  const { rotation } = await opened.core.pluginServices.open<Gateway>('gateway');
  rotation.pick()?.finish({ kind: 'used', served: { status: 200, durationMs: 1, tokens: 7 } });
  rotation.pick();
  expect((await client.call('listRotations', { query: {} })).rotations).toMatchObject([
    {
      urls: ['http://127.0.0.1:1/v1'],
      latency: { p50: 1, p95: 1 },
      requests: { limit: 15, left: 13 },
      tokens: null,
      errors: [],
      recent: [{ label: 'ash', status: 200, durationMs: 1, tokens: 7 }],
    },
  ]);
  const metrics = await (await opened.host.fetch('http://localhost/metrics')).text();
  for (const line of [
    '# TYPE muster_rotation_requests counter',
    'muster_rotation_requests_total{plugin="gateway",outcome="served"} 1',
    'muster_rotation_tokens_total{plugin="gateway"} 7',
    'muster_rotation_accounts{plugin="gateway"} 3',
    'muster_rotation_running{plugin="gateway"} 1',
  ]) {
    expect(metrics.split('\n')).toContain(line);
  }
});

test('a task tells of the files that it kept', async () => {
  await using opened = await open();
  const { client } = opened;
  await client.call('addAccount', { body: { plugin: 'gateway', data: { name: 'ash' } } });
  const body = { input: {}, selection: { all: true as const } };
  const { id } = await client.call('runAction', { params: { plugin: 'gateway', action: 'fail' }, body });
  while ((await client.call('getJob', { params: { id } })).endedAt === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const { tasks } = await client.call('listTasks', { params: { id }, query: {} });
  const [file] = tasks[0]?.evidence ?? [];
  expect(file).toMatchObject({ name: 'page.html', bytes: 9 });
  expect((await stat(file?.path ?? '')).mode & 0o777).toBe(0o600);

  const got = await opened.host.fetch(`http://localhost${file?.url ?? ''}`);
  expect(await got.text()).toBe('<p>no</p>');
  expect(got.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(got.headers.get('x-content-type-options')).toBe('nosniff');
  expect(got.headers.get('content-disposition')).toBe('attachment');
  const params = { id, task: tasks[0]?.id ?? '', name: 'page.html' };
  await expect(client.bytes('taskEvidence', { params: { ...params, name: 'no.html' } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(client.bytes('taskEvidence', { params: { ...params, task: '../../..' } })).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});

test('a service lets in whoever has a token that may operate', async () => {
  await using opened = await open();
  const { client, core } = opened;
  const make = async (name: string, scopes: ('read' | 'operate')[]): Promise<string> =>
    (await client.call('createToken', { body: { name, scopes } })).token;
  const [operator, reader] = [await make('ann', ['read', 'operate']), await make('bob', ['read'])];
  const { context } = await core.pluginServices.open<Gateway>('gateway');
  expect(await context.authorize(operator)).toEqual({ actor: 'ann' });
  for (const text of [reader, 'muster_x_y', '', 'x'.repeat(10_000)]) expect(await context.authorize(text)).toBeUndefined();
});
