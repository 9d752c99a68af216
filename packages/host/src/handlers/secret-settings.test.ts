import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { definePlugin, secret } from '@muster/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openTestHost } from '../testing/test-host.ts';

const CANARY = 'CANARY-of-the-settings';

const locker = () =>
  definePlugin({
    id: 'locker',
    title: 'Locker',
    config: z.object({
      limit: z.int().default(5),
      key: secret(z.string().min(3)).default('CANARY-by-default'),
      other: secret(z.string().default('CANARY-inside')),
    }),
    account: z.object({ name: z.string() }),
    identity: [['name']],
    pluginActions: {
      use: {
        title: 'Use',
        input: z.object({}),
        run: async ({ config }) => ({ length: config.key.length, said: config.key }),
      },
    },
  });

test('a secret setting reaches the plugin and nobody else', async () => {
  await using opened = await openTestHost({ plugins: [locker()] });
  const { client, directory, http } = opened;
  const params = { plugin: 'locker' };
  const info = await client.call('configurePlugin', { params, body: { key: CANARY, limit: 6 } });
  expect(info.settings).toEqual({ key: '‹secret›', limit: 6 });
  expect(info.config?.['properties']).toMatchObject({ key: { secret: true }, other: { secret: true }, limit: { default: 5 } });

  const { id } = await client.call('runAction', { params: { ...params, action: 'use' }, body: { input: {} } });
  const job = async () => client.call('getJob', { params: { id } });
  while ((await job()).endedAt === null) await new Promise((resolve) => setTimeout(resolve, 5));
  // Masked where a task gives it away by mistake.
  expect((await job()).output).toEqual({ length: CANARY.length, said: '‹secret›' });

  expect(await client.call('checkStore')).toMatchObject({ secrets: 1, problems: [] });
  expect(await client.call('rotateVault')).toEqual({ resealed: 1 });
  expect(opened.core.plugins.config('locker')).toMatchObject({ key: CANARY });
  expect(await client.call('checkStore')).toMatchObject({ secrets: 1, problems: [] });

  const { token } = await client.call('createToken', { body: { name: 'ann', scopes: ['read'] } });
  const headers = { authorization: `Bearer ${token}` };
  const answers = [
    '/openapi.json',
    '/v1/plugins',
    '/v1/plugins/locker',
    '/v1/status',
    '/v1/events',
    `/v1/jobs/${id}`,
    '/metrics',
  ];
  for (const path of answers) {
    const response = await http(path, { headers });
    expect([path, response.status]).toEqual([path, 200]);
    expect(await response.text()).not.toContain('CANARY');
  }
  await opened.host.stop('look at the files');
  const entries = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(entries.length).toBeGreaterThan(2);
  for (const { parentPath, name } of entries) {
    expect(await readFile(join(parentPath, name), 'latin1')).not.toContain('CANARY');
  }
});
