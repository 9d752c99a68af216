import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginService } from '@muster/sdk';
import { createTestContext } from '@muster/sdk/testing';
import { expect, test } from 'vitest';
import whatsapp from '../index.ts';
import { openTestWorld } from '../testing/open-test-session.ts';

test('a session that is exported on one machine opens on another without a code', async () => {
  await using world = await openTestWorld();
  const first = await world.open('one');
  await first.link('966500000001');
  await first.supervisor.close();

  const { profiles } = world.host;
  const run = (action: string, input: object, passphrase: string | undefined): Promise<unknown> => {
    const account = { clientId: 'one', ...(passphrase !== undefined && { passphrase }) };
    const service = { profiles, close: async () => undefined } as unknown as PluginService;
    const { context } = createTestContext(whatsapp, { account, service, input, answers: ['asked of a person'] });
    return Promise.resolve(whatsapp.actions[action]?.run(context));
  };
  const file = join(profiles, 'one.session');
  expect(await run('export-session', { file }, 'a long passphrase')).toMatchObject({ file: 'one.session' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(run('export-session', { file }, 'a long passphrase')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(run('import-session', { file, replace: false }, 'a long passphrase')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(run('import-session', { file, replace: true }, undefined)).rejects.toThrow(
    'The passphrase does not open this file',
  );
  await rm(join(profiles, 'session-one'), { recursive: true });
  await expect(run('export-session', { file: `${file}2` }, 'a long passphrase')).rejects.toMatchObject({ code: 'NOT_FOUND' });

  await run('import-session', { file, replace: false }, 'a long passphrase');
  const again = await world.open('one');
  again.supervisor.start();
  await again.until('ready');
  expect(again.codes).toEqual([]);
});
