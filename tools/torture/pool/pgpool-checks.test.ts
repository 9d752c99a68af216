import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openPoolHost, type PgpoolClient } from './pool-host.ts';

/** A checking service: accounts whose number is even are blind. Says how many it was asked at the same time. */
async function openChecker() {
  let running = 0;
  let most = 0;
  let asked = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { username } = JSON.parse(await text(request)) as { username: string };
    asked++;
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    response.end(JSON.stringify({ verdict: Number(username.slice(4)) % 2 === 0 ? 'blind' : 'good' }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`,
    most: () => most,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const request = async (client: PgpoolClient, query: string): Promise<string[]> => {
  const answer = await client.get(`/account/request?${query}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { username: string }[]).map(({ username }) => username);
};

test('accounts are checked before a client gets them, so many at once for all clients together', async () => {
  await using checker = await openChecker();
  await using pool = await openPoolHost();
  await pool.fill(60);
  const client = await pool.client(['operate', 'secrets']);
  const { host } = pool;
  const config = { checker: 'http', checkUrl: checker.url, checksAtOnce: 3 };
  await host.client.call('configurePlugin', { params: { plugin: 'pokepool' }, body: config });
  expect(await request(client, 'system_id=a&count=3')).toEqual(['user1', 'user3', 'user5']);
  expect(await host.client.call('getAccount', { params: { id: 'user2' } })).toMatchObject({ state: 'cooling', status: 'blind' });
  const others = await Promise.all(['b', 'c', 'd', 'e'].map((system) => request(client, `system_id=${system}&count=4`)));
  const all = others.flat();
  expect(new Set(all).size).toBe(16);
  expect(all.every((name) => Number(name.slice(4)) % 2 === 1)).toBe(true);
  expect(checker.most()).toBeLessThanOrEqual(3);
  // Who takes accounts that were never used checks them itself.
  const asked = checker.asked();
  expect(await request(client, 'system_id=f&count=2&banned_or_new=yes')).toHaveLength(2);
  expect(checker.asked()).toBe(asked);
});

test('a checker that cannot answer hands nobody out', async () => {
  await using pool = await openPoolHost();
  await pool.fill(3);
  const client = await pool.client(['operate', 'secrets']);
  const checker = await openChecker();
  await checker[Symbol.asyncDispose]();
  const config = { checker: 'http', checkUrl: checker.url };
  await pool.host.client.call('configurePlugin', { params: { plugin: 'pokepool' }, body: config });
  expect((await client.get('/account/request?system_id=a&count=2')).status).toBe(503);
  const { states } = await pool.host.client.call('getPool', { params: { plugin: 'pokepool' } });
  expect(states).toMatchObject({ ready: 3 });
});
