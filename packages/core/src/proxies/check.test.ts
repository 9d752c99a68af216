import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '../adapters/clock.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { createRedactor } from '../events/create-redactor.ts';
import { SETTINGS } from '../plugins/plugin-settings.ts';
import type { Clock } from '../ports/clock.ts';
import { openProxyThings, type ProxyThings } from '../testing/proxy-things.ts';
import { testEvents, testVault } from '../testing/roster-things.ts';
import { createTestClock, type TestClock } from '../testing/test-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createProxies } from './create-proxies.ts';
import type { Proxies, ProxyCheck } from './proxies.ts';
import { PROXIES, STICKY } from './proxy-record.ts';

const TIMEOUT_MS = 2_000;

let things: ProxyThings;
let running: Proxies | undefined;
beforeEach(() => {
  things = openProxyThings();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await things.close();
});

async function openOn<C extends Clock>(clock: C) {
  const store = await openMemoryStore({ collections: [PROXIES, STICKY, SETTINGS] });
  const events = testEvents();
  const redactor = createRedactor();
  const proxies = createProxies({ store, vault: testVault(), events, redactor, clock, random: createTestRandom() });
  running = proxies;
  return { proxies, events, redactor, clock };
}

/** The clock stands still: on a slow machine too, nothing is late but what never answers. */
const open = () => openOn(createTestClock());

/** Checks all of them; when only those that never answer are left, their time is over. */
async function checkAll(
  { proxies, clock }: { readonly proxies: Proxies; readonly clock: TestClock },
  silent = 0,
): Promise<ReadonlyMap<string, ProxyCheck>> {
  const results = new Map<string, ProxyCheck>();
  let answering = (await proxies.list()).length - silent;
  for await (const result of proxies.check({}, new AbortController().signal)) {
    results.set(result.label, result);
    answering -= 1;
    if (answering === 0) await clock.advance(TIMEOUT_MS);
  }
  return results;
}

/** Every kind of proxy there is, by what is expected of it. */
async function allKinds(proxies: Proxies): Promise<void> {
  const add = (label: string, address: string) => proxies.add({ address, label }, 'test');
  const http = await things.http({ user: 'anna', password: 'p@ss:w/rd', exit: '127.0.0.11' });
  const socks = await things.socks5({ user: 'sock', password: 'ps' });
  await add('good http', `${http}:anna:p@ss:w/rd`);
  await add('wrong password', `anna:nope@${http}`);
  await add('no password', http);
  await add('dead', await things.nobody());
  await add('black hole', await things.blackHole());
  await add('stranger', await things.stranger());
  await add('web server', (await things.echo(() => ({ body: '<html>Welcome</html>' }))).replace('http://', ''));
  await add('good socks', `socks5://sock:ps@${socks}`);
  await add('wrong socks', `socks5://sock:zz@${socks}`);
  await add('dead socks', `socks5://a:b@${await things.nobody()}`);
  await add('silent socks', `socks5://a:b@${await things.blackHole()}`);
}

test('a check by the echo tells what works and where it comes out, and of the rest what is wrong', async () => {
  const opened = await open();
  const { proxies } = opened;
  await proxies.configure({ echoUrl: await things.echo(), timeoutMs: TIMEOUT_MS }, 'test');
  await allKinds(proxies);
  const results = await checkAll(opened, 2);
  expect(Object.fromEntries([...results].map(([label, { ok, kind }]) => [label, ok || kind]))).toEqual({
    'good http': true,
    'wrong password': 'auth',
    'no password': 'auth',
    dead: 'refused',
    'black hole': 'timeout',
    stranger: 'not-a-proxy',
    'web server': 'not-a-proxy',
    'good socks': true,
    'wrong socks': 'auth',
    'dead socks': 'refused',
    'silent socks': 'timeout',
  });
  expect(results.get('good http')).toMatchObject({ exitAddress: '127.0.0.11', latencyMs: expect.any(Number) as number });
  expect(await proxies.get('good http')).toMatchObject({ state: 'good', okCount: 1, exitAddress: '127.0.0.11' });
  const dead = await proxies.get('black hole');
  expect(dead).toMatchObject({ state: 'dead', consecutiveFailures: 1, lastFailure: { kind: 'timeout' } });
  expect(dead.nextCheckAt).toBeGreaterThan(dead.lastFailure?.at ?? Infinity);
  expect(JSON.stringify([...results])).not.toMatch(/p@ss|nope|zz@/);
});

test('without an echo a check knocks at the door, and bothers nobody behind it', async () => {
  const opened = await open();
  const { proxies } = opened;
  await proxies.configure({ timeoutMs: TIMEOUT_MS }, 'test');
  await allKinds(proxies);
  const results = await checkAll(opened, 2);
  expect(Object.fromEntries([...results].map(([label, { ok, kind }]) => [label, ok || kind]))).toEqual({
    'good http': true,
    'wrong password': 'auth',
    'no password': 'auth',
    dead: 'refused',
    'black hole': 'timeout',
    stranger: 'not-a-proxy',
    'web server': expect.anything() as unknown,
    'good socks': true,
    'wrong socks': 'auth',
    'dead socks': 'refused',
    'silent socks': 'timeout',
  });
});

test('black holes hold up nobody: they are checked at once, each ends by its own timer', async () => {
  const opened = await open();
  const { proxies } = opened;
  const good = await things.http();
  const hole = await things.blackHole();
  await proxies.configure({ echoUrl: await things.echo(), timeoutMs: TIMEOUT_MS, checksAtOnce: 40 }, 'test');
  const list = Array.from({ length: 40 }, (_, n) => `u${n}:p${n}@${n % 4 === 0 ? hole : good}`).join('\n');
  await proxies.import(list, { actor: 'test' });
  const results = [...(await checkAll(opened, 10)).values()];
  const kinds = new Set(results.map(({ ok, kind }) => ok || kind));
  expect(kinds).toEqual(new Set([true, 'timeout']));
  const all = await proxies.list();
  expect(all.filter(({ state }) => state === 'dead')).toHaveLength(10);
  expect(all.filter(({ state }) => state === 'good')).toHaveLength(30);
});

test('an exit in another country than declared is told, and a hard condition goes by where it really is', async () => {
  const opened = await open();
  const { proxies, events } = opened;
  const echo = await things.echo(() => ({ body: JSON.stringify({ ip: '192.0.2.7', country_code: 'fr' }) }));
  await proxies.configure({ echoUrl: echo }, 'test');
  await proxies.add({ address: await things.http(), label: 'one', country: 'DZ' }, 'test');
  const [result] = [...(await checkAll(opened)).values()];
  expect(result).toMatchObject({ ok: true, exitCountry: 'FR', detail: 'it works; it comes out in FR, not in DZ as declared' });
  expect(events.all.map(({ type }) => type)).toContain('proxy.elsewhere');
  const hold = proxies.hold({ holder: 'test/1', plugin: 'test' });
  await expect(hold.lease({ target: 'x', country: 'DZ' })).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE' });
  expect((await hold.lease({ target: 'x', country: 'fr' }))?.country).toBe('FR');
});

test('an echo that is out of order says nothing against the proxy that brought its answer', async () => {
  const opened = await open();
  const { proxies } = opened;
  await proxies.configure({ echoUrl: await things.echo(() => ({ status: 404, body: 'gone' })) }, 'test');
  await proxies.add({ address: await things.http(), label: 'one' }, 'test');
  expect([...(await checkAll(opened)).values()]).toMatchObject([{ ok: true, detail: 'it answers; the echo says 404' }]);
});

test('with an echo, new proxies are checked by themselves', async () => {
  const { proxies } = await openOn(createClock());
  await proxies.start();
  await proxies.configure({ echoUrl: await things.echo() }, 'test');
  await proxies.add({ address: await things.http(), label: 'one' }, 'test');
  await expect.poll(async () => (await proxies.get('one')).state).toBe('good');
  expect((await proxies.get('one')).nextCheckAt).not.toBeNull();
});

test('the key in the address of the echo is used, never shown, and stays when the settings come back', async () => {
  const opened = await open();
  const { proxies } = opened;
  const asked: string[] = [];
  const origin = await things.echo(({ url = '' }) => (asked.push(url), { body: '127.0.0.1' }));
  const echo = `${origin}/?token=hush-hush`;
  const shown = await proxies.configure({ echoUrl: echo }, 'test');
  expect(shown.echoUrl).toBe(echo.replace('hush-hush', '‹secret›'));
  expect(await proxies.settings()).toEqual(shown);
  expect(await proxies.configure({ ...shown, checksAtOnce: 7 }, 'test')).toEqual({ ...shown, checksAtOnce: 7 });
  await proxies.add({ address: await things.http(), label: 'one' }, 'test');
  await checkAll(opened);
  expect(new Set(asked.map((url) => url.slice(url.indexOf('?'))))).toEqual(new Set(['?token=hush-hush']));
  await expect(proxies.configure({ echoUrl: 'http://example.org/?token=‹secret›' }, 'test')).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});

test('who goes away gets no more results, and what was found out is kept', async () => {
  const { proxies, clock } = await open();
  await proxies.configure({ timeoutMs: TIMEOUT_MS }, 'test');
  await proxies.add({ address: await things.http(), label: 'one' }, 'test');
  await proxies.add({ address: await things.blackHole(), label: 'two' }, 'test');
  const gone = new AbortController();
  const seen: string[] = [];
  for await (const { label } of proxies.check({}, gone.signal)) {
    seen.push(label);
    gone.abort();
  }
  expect(seen).toEqual(['one']);
  await clock.advance(TIMEOUT_MS);
  await expect.poll(async () => (await proxies.get('two')).state).toBe('dead');
});

test('a disabled proxy can be checked and stays disabled', async () => {
  const opened = await open();
  const { proxies } = opened;
  const { id } = await proxies.add({ address: await things.http(), label: 'one' }, 'test');
  await proxies.edit(id, { enabled: false }, 'test');
  expect([...(await checkAll(opened)).values()]).toMatchObject([{ ok: true }]);
  expect((await proxies.get('one')).state).toBe('disabled');
});
