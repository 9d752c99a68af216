import { definePlugin, MusterError } from '@muster/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { HostCore } from '../host-core.ts';
import { afterAdding } from './after-adding.ts';

const plugin = definePlugin({
  id: 'shop',
  title: 'Shop',
  config: z.object({ look: z.boolean() }),
  account: z.object({ name: z.string() }),
  identity: [['name']],
  actions: { look: { title: 'Look', input: z.object({}), run: async () => undefined } },
  onAdded: { action: 'look', when: ({ look }) => look },
});

async function add(
  ids: readonly string[],
  { look = true, refuse = false }: { look?: boolean; refuse?: boolean } = {},
): Promise<{ readonly started: unknown[]; readonly told: unknown[] }> {
  const started: unknown[] = [];
  const told: unknown[] = [];
  const core = {
    plugins: { get: () => plugin, config: () => ({ look }) },
    jobs: {
      start: async (job: unknown) => {
        if (refuse) throw new MusterError('ACCOUNT_STATE', 'None can take it.');
        started.push(job);
      },
    },
    events: { record: async (event: unknown) => void told.push(event) },
  } as unknown as HostCore;
  await afterAdding(core, { plugin: 'shop', ids, actor: 'ada' });
  return { started, told };
}

test('what a plugin wants done with new accounts is started over them', async () => {
  const { started } = await add(['a', 'b']);
  expect(started).toEqual([
    {
      plugin: 'shop',
      action: 'look',
      input: {},
      actor: 'ada',
      selection: { plugin: 'shop', ids: ['a', 'b'], where: 'state:ready' },
    },
  ]);
});

test('not when the settings say otherwise, and not over nobody', async () => {
  expect((await add(['a'], { look: false })).started).toEqual([]);
  expect((await add([])).started).toEqual([]);
});

test('what cannot be started is told of, and harms nothing', async () => {
  const { told } = await add(['a'], { refuse: true });
  expect(told).toMatchObject([{ level: 'warn', message: expect.stringContaining('None can take it.') as string }]);
});

test('a plugin that names no action of its own over accounts is refused', () => {
  const wrong = (): unknown => definePlugin({ ...plugin, identity: [['name']], onAdded: { action: 'buy' as never } } as never);
  expect(wrong).toThrow(/onAdded names "buy"/);
});
