import { definePlugin } from '@muster/sdk';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openTestHost } from '../testing/test-host.ts';

const legacy = definePlugin({
  id: 'legacy',
  title: 'Legacy',
  config: z.object({}),
  account: z.object({ name: z.string() }),
  identity: [['name']],
  label: ({ name }) => name,
  actions: {},
  http: {
    routes: {
      say: { method: 'POST', path: '/api/say', summary: 'Say', scopes: ['operate'], body: z.object({ word: z.string() }) },
      fail: { method: 'GET', path: '/api/fail', summary: 'Fail', scopes: ['read'] },
    },
    refusal: ({ code, message, status }) => ({ success: false, error: message, code, status }),
    load: async () => ({
      default: {
        say: async () => Response.json({ success: true }),
        fail: () => Promise.reject(new Error('it broke')),
      },
    }),
  },
});

it('what is refused on the path of a plugin is said in its own shape, also without a token; elsewhere in that of the host', async () => {
  await using test = await openTestHost({ plugins: [legacy] });
  const { token } = await test.client.call('createToken', { body: { name: 'reader', scopes: ['read'] } });
  const { token: operator } = await test.client.call('createToken', { body: { name: 'operator', scopes: ['operate'] } });
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => (await test.http(path, init)).json();
  const as = (name: string): RequestInit => ({ headers: { authorization: `Bearer ${name}` } });

  expect(await ask('/api/fail')).toMatchObject({ success: false, code: 'UNAUTHORIZED', status: 401 });
  expect((await test.http('/api/fail')).headers.get('www-authenticate')).toBe('Bearer');
  expect(await ask('/api/fail', as('muster_x'))).toMatchObject({ success: false, status: 401 });
  expect(await ask('/api/say', { method: 'POST', ...as(token) })).toMatchObject({
    success: false,
    code: 'FORBIDDEN',
    status: 403,
  });
  expect(await ask('/api/say', { method: 'POST', body: '{}', ...as(operator) })).toMatchObject({
    success: false,
    code: 'BAD_REQUEST',
    error: expect.stringContaining('word') as string,
  });
  expect(await ask('/api/fail', as(token))).toMatchObject({ success: false, code: 'INTERNAL', status: 500 });
  expect(await ask('/api/fail', { method: 'DELETE' })).toMatchObject({ error: { code: 'UNAUTHORIZED' } });
  expect(await ask('/v1/status')).toMatchObject({ error: { code: 'UNAUTHORIZED' } });
});

it('a plugin that fails in saying no does not keep the host from saying it', async () => {
  const http = { ...legacy.http, refusal: () => BigInt(1) as never };
  await using test = await openTestHost({ plugins: [{ ...legacy, http } as typeof legacy] });
  const answer = await test.http('/api/fail');
  expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'UNAUTHORIZED' } }]);
});
