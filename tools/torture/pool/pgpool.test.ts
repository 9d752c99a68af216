import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openPoolHost, type PgpoolClient, type PoolHost } from './pool-host.ts';

interface Got {
  readonly username: string;
  readonly password: string;
  readonly fence: number;
}

const SCOPES = ['read', 'operate', 'secrets'] as const;
const MINUTE = 60_000;

async function request(client: PgpoolClient, query: string): Promise<Got[]> {
  const answer = await client.get(`/account/request?${query}`);
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as Got | Got[];
  return Array.isArray(body) ? body : [body];
}
const names = (accounts: readonly Got[]): string[] => accounts.map(({ username }) => username);
const account = ({ host }: PoolHost, label: string) => host.client.call('getAccount', { params: { id: label } });

async function allocate({ host, folder }: PoolHost, name: string, count: number): Promise<string[]> {
  const accountcsv = join(folder, `${name}.csv`);
  const input = { count, accountcsv, owner: name, leaseMs: 30 * 86_400_000, format: 'rocketmap' };
  const { id } = await host.client.call('runAction', { params: { plugin: 'pokepool', action: 'allocate' }, body: { input } });
  const job = async () => host.client.call('getJob', { params: { id } });
  let last = await job();
  for (; last.state !== 'done'; last = await job()) await sleep(10);
  expect(last.output).toMatchObject({ got: count });
  expect(JSON.stringify(last.output)).not.toContain('CaNaRy');
  return (await readFile(accountcsv, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',')[1] ?? '');
}

test('sixteen clients and two allocators at once never get the same account, and what a dead client had comes back', async () => {
  await using pool = await openPoolHost();
  await pool.fill(400);
  const client = await pool.client(SCOPES);
  const systems = Array.from({ length: 16 }, (_, at) => `system ${at}`);
  const work = systems.map(async (system) => {
    const got: Got[] = [];
    for (let round = 0; round < 3; round++)
      got.push(...(await request(client, `system_id=${encodeURIComponent(system)}&count=5&min_level=30`)));
    return got;
  });
  const [first, second, ...clients] = await Promise.all([allocate(pool, 'one', 60), allocate(pool, 'two', 60), ...work]);
  const all = [...first, ...second, ...clients.flatMap(names)];
  expect(all).toHaveLength(360);
  expect(new Set(all).size).toBe(360);

  // Half of them tell that they are alive, the others are dead.
  pool.turn(100 * MINUTE);
  for (const [at, got] of clients.entries()) {
    if (at % 2 === 0)
      await client.post(
        '/account/update',
        got.map(({ username }) => ({ username, system_id: systems[at] })),
      );
  }
  pool.turn(30 * MINUTE);
  expect(await (await client.get('/status')).text()).toMatch(/^in use +240$/m);
  const dead = clients.filter((_, at) => at % 2 === 1).flat();
  // The 40 that nobody had yet come first, then those of the dead.
  const again = await request(client, 'system_id=heir&count=160');
  expect(again).toHaveLength(160);
  const heirs = new Set(names(again));
  expect(dead.every(({ username }) => heirs.has(username))).toBe(true);
  const [late] = dead;
  expect(again.find(({ username }) => username === late?.username)?.fence).toBe((late?.fence ?? 0) + 1);

  // One of the dead wakes up and gives back what is not its own any more: by its id, and by the fence alone.
  await client.post('/account/release', { ...late, system_id: 'system 1' });
  await client.post('/account/release', { username: late?.username, fence: late?.fence });
  expect(await account(pool, late?.username ?? '')).toMatchObject({ state: 'busy', holder: 'owner/heir' });
});

test('it answers as PGPool does', async () => {
  await using pool = await openPoolHost();
  await pool.fill(4);
  const client = await pool.client(SCOPES);
  for (const bad of ['', 'system_id=', 'system_id=x&count=many', 'system_id=x&count=-1']) {
    expect((await client.get(`/account/request?${bad}`)).status).toBe(400);
  }
  const one = (await (await client.get('/account/request?system_id=a&latitude=1.5')).json()) as Got;
  expect(one).toMatchObject({ auth_service: 'ptc', username: 'user0', password: 'CaNaRy-0', shadowbanned: false });
  expect(names(await request(client, 'system_id=a&count=2'))).toEqual(['user1', 'user2']);
  expect(names(await request(client, 'system_id=a&count=3&reuse=Yes'))).toEqual(['user0', 'user1', 'user2']);
  expect(await request(client, 'system_id=b&count=2&min_level=31')).toEqual([]);
  expect(await (await client.get('/account/request?system_id=b&min_level=31')).json()).toEqual([]);
  expect(names(await request(client, 'system_id=b&count=2&banned_or_new=true'))).toEqual(['user3']);

  const said = await client.post('/account/update', { username: 'user0', level: 33, xp: 5, warn: null, captcha: 'no' });
  expect([said.status, await said.text()]).toEqual([200, 'ok']);
  expect(await account(pool, 'user0')).toMatchObject({ rank: 33, data: { level: 33 }, holder: 'owner/a' });
  // What is told of a ban puts the account to rest at once; the release that follows changes nothing.
  await client.post('/account/update', { username: 'user0', banned: true });
  await client.post('/account/release', { username: 'user0', _release_reason: 'banned' });
  expect(await account(pool, 'user0')).toMatchObject({ state: 'cooling', status: 'temp-banned' });
  await client.post('/account/release', [
    { username: 'user1', shadowbanned: true, _release_reason: 'too few rares' },
    { username: 'USER2' },
  ]);
  expect(await account(pool, 'user1')).toMatchObject({
    state: 'cooling',
    status: 'blind',
    why: expect.stringContaining('too few rares'),
  });
  expect(await account(pool, 'user2')).toMatchObject({ state: 'ready' });
  // Another system's account, and one that is not there.
  await client.post('/account/release', [{ username: 'user3', system_id: 'a' }, { username: 'nobody' }]);
  expect(await account(pool, 'user3')).toMatchObject({ holder: 'owner/b' });
  for (const bad of [[{ level: 3 }], 'text', null]) expect((await client.post('/account/update', bad)).status).toBe(400);

  const events = JSON.stringify(await pool.host.client.call('queryEvents', { query: { limit: 1_000 } }));
  expect(events).toContain('user0 went to a until');
  expect(events).not.toContain('CaNaRy');
});

test('its paths stand behind the same doors', async () => {
  await using pool = await openPoolHost();
  await pool.fill(1);
  const { host } = pool;
  const reader = await pool.client(['read']);
  const operator = await pool.client(['read', 'operate']);
  expect((await fetch(`http://${host.tcp}/account/request?system_id=a`)).status).toBe(401);
  expect((await reader.get('/status')).status).toBe(200);
  expect((await reader.post('/account/release', { username: 'user0' })).status).toBe(403);
  expect((await operator.get('/account/request?system_id=a')).status).toBe(403);
  // The password of basic authentication counts there only.
  expect((await operator.get('/v1/status')).status).toBe(401);
  const { token } = await host.client.call('createToken', { body: { name: 'bearer', scopes: ['read'] } });
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`http://${host.tcp}/status`, { headers })).status).toBe(200);
  expect((await fetch(`http://${host.tcp}/status`, { headers: { ...headers, origin: 'http://elsewhere.example' } })).status).toBe(
    403,
  );
  const { paths } = (await (await host.fetch('http://localhost/openapi.json')).json()) as { paths: Record<string, unknown> };
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/account/request', '/account/update', '/account/release', '/status']),
  );
});
