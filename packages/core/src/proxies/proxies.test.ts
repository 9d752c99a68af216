import type { ProxyVerdict } from '@muster/sdk';
import { expect, test } from 'vitest';
import { ACCOUNTS } from '../accounts/account-record.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { createRedactor } from '../events/create-redactor.ts';
import { SETTINGS } from '../plugins/plugin-settings.ts';
import { testEvents, testVault } from '../testing/roster-things.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { createProxies } from './create-proxies.ts';
import { cooldownMs } from './health.ts';
import { PROXIES, STICKY } from './proxy-record.ts';

const MINUTE = 60_000;

async function open() {
  const store = await openMemoryStore({ collections: [PROXIES, STICKY, SETTINGS, ACCOUNTS] });
  const clock = createTestClock();
  const events = testEvents();
  const vault = testVault();
  const redactor = createRedactor();
  const make = (seed: number) => createProxies({ store, vault, events, redactor, clock, random: createTestRandom(seed) });
  const proxies = make(1);
  const hold = proxies.hold({ holder: 'test/1', plugin: 'farm' });
  const lease = async (more: Partial<Parameters<typeof hold.lease>[0]> = {}) => {
    const proxy = await hold.lease({ target: 'site.example', ...more });
    if (!proxy) throw new Error('There are proxies.');
    return proxy;
  };
  /** Leases, says how it went, and gives the label. */
  const use = async (verdict: ProxyVerdict, more: Parameters<typeof lease>[0] = {}) => {
    const proxy = await lease(more);
    await hold.giveBack(proxy, verdict);
    return proxy.label;
  };
  const stateOf = async (label: string) => (await proxies.get(label)).state;
  return { store, clock, events, vault, redactor, proxies, restart: () => make(2), hold, lease, use, stateOf };
}

test('the least busy comes first, and of those the one that rested longest', async () => {
  const { proxies, lease, hold, clock } = await open();
  for (const label of ['a', 'b', 'c']) await proxies.add({ address: `${label}.example:1`, label }, 'test');
  const first = [];
  for (let n = 0; n < 6; n += 1) {
    await clock.advance(1);
    first.push(await lease());
  }
  expect(first.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  const b = first[1];
  if (b) await hold.giveBack(b, { kind: 'ok' });
  expect((await lease()).label).toBe('b');
});

test('many that ask at once are spread', async () => {
  const { proxies, lease } = await open();
  for (const label of ['a', 'b', 'c', 'd']) await proxies.add({ address: `${label}.example:1`, label }, 'test');
  const all = await Promise.all(Array.from({ length: 12 }, () => lease()));
  const uses = (await proxies.list()).map(({ inUse }) => inUse);
  expect(all).toHaveLength(12);
  expect(uses).toEqual([3, 3, 3, 3]);
});

test('the country is a hard condition', async () => {
  const { proxies, lease } = await open();
  await proxies.add({ address: 'a.example:1', label: 'a', country: 'Algeria' }, 'test');
  await proxies.add({ address: 'b.example:1', label: 'b', country: 'es' }, 'test');
  expect((await lease({ country: 'ES' })).label).toBe('b');
  expect((await lease({ country: 'ES' })).label).toBe('b');
  const error = await lease({ country: 'FR' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'NOTHING_AVAILABLE', remedy: 'fail', retryAfterMs: undefined });
});

test('an account comes back to its proxy while that is fit, over a restart too', async () => {
  const { proxies, use, restart, events, store } = await open();
  for (const label of ['a', 'b']) await proxies.add({ address: `${label}.example:1`, label }, 'test');
  await store.commit([{ insert: 'accounts', document: { id: 'acc', key: 'k' } as never }]);
  const ok = { kind: 'ok' } as const;
  const first = await use(ok, { account: 'acc' });
  for (let n = 0; n < 5; n += 1) expect(await use(ok, { account: 'acc' })).toBe(first);
  expect((await proxies.get(first)).accounts).toBe(1);
  await proxies.stop();
  const next = restart();
  await next.start();
  const hold = next.hold({ holder: 'test/2', plugin: 'farm' });
  const again = await hold.lease({ target: 'x', account: 'acc' });
  expect(again?.label).toBe(first);
  if (again) await hold.giveBack(again, { kind: 'failed', why: 'it is gone' });
  const other = await hold.lease({ target: 'x', account: 'acc' });
  expect(other?.label).not.toBe(first);
  expect(events.all.some(({ type }) => type === 'proxy.moved')).toBe(true);
  expect((await next.proxyOf('acc'))?.label).toBe(other?.label);
  await next.assign(['acc'], first, 'anna');
  expect((await next.proxyOf('acc'))?.label).toBe(first);
  await next.assign(['acc'], null, 'anna');
  expect(await next.proxyOf('acc')).toBeUndefined();
});

test('accounts that are no more are forgotten at the next start', async () => {
  const { proxies, use, restart, store } = await open();
  await proxies.add({ address: 'a.example:1', label: 'a' }, 'test');
  await store.commit([{ insert: 'accounts', document: { id: 'kept', key: 'k' } as never }]);
  for (const account of ['kept', 'gone']) await use({ kind: 'ok' }, { account });
  expect((await proxies.get('a')).accounts).toBe(2);
  await proxies.stop();
  const next = restart();
  await next.start();
  await expect.poll(async () => (await next.get('a')).accounts).toBe(1);
  expect((await next.proxyOf('kept'))?.label).toBe('a');
});

test('its own fault cools a proxy down, longer each time; then it may be tried again', async () => {
  const { proxies, use, stateOf, clock } = await open();
  const { id } = await proxies.add({ address: 'a.example:1', label: 'a' }, 'test');
  await use({ kind: 'failed', why: 'ECONNREFUSED' });
  const dead = await proxies.get(id);
  expect(dead).toMatchObject({ state: 'dead', failCount: 1, lastFailure: { kind: 'reported', detail: 'ECONNREFUSED' } });
  const wait = (dead.nextCheckAt ?? 0) - clock.now();
  expect(wait).toBeLessThanOrEqual(5 * MINUTE);
  const error = await use({ kind: 'ok' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'NOTHING_AVAILABLE', remedy: 'change-proxy', retryAfterMs: wait });
  await clock.advance(wait);
  expect(await stateOf('a')).toBe('unchecked');
  await use({ kind: 'ok' });
  expect(await proxies.get(id)).toMatchObject({ state: 'good', consecutiveFailures: 0 });
});

test('the bound of the wait doubles from five minutes to an hour, with full jitter', () => {
  const most = [1, 2, 3, 4, 5, 50].map((failures) => cooldownMs(failures, () => 0.999_999));
  expect(most.map((ms) => Math.round(ms / MINUTE))).toEqual([5, 10, 20, 40, 60, 60]);
  expect(cooldownMs(5, () => 0)).toBe(10_000);
});

test('what a target refuses is kept for that target, and moves nobody to another proxy', async () => {
  const { proxies, use, stateOf } = await open();
  for (const label of ['a', 'b']) await proxies.add({ address: `${label}.example:1`, label }, 'test');
  const first = await use({ kind: 'refused', status: 403 }, { account: 'acc' });
  expect(await use({ kind: 'refused', status: 429 }, { account: 'acc' })).toBe(first);
  expect(await stateOf(first)).toBe('unchecked');
  expect((await proxies.get(first)).targets).toMatchObject({ 'site.example': { ok: 0, refused: 2, lastStatus: 429 } });
  expect((await proxies.get(first)).failCount).toBe(0);
});

test('those that a task has tried are left out; with all tried it hears when to come again', async () => {
  const { proxies, lease } = await open();
  for (const label of ['a', 'b']) await proxies.add({ address: `${label}.example:1`, label }, 'test');
  const one = await lease();
  const two = await lease({ exclude: new Set([one.id]) });
  expect(two.label).not.toBe(one.label);
  const error = await lease({ exclude: new Set([one.id, two.id]) }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'NOTHING_AVAILABLE', retryAfterMs: expect.any(Number) as number });
});

test('a disabled proxy is leased to nobody, even when it is the only one', async () => {
  const { proxies, lease, stateOf } = await open();
  const { id } = await proxies.add({ address: 'a.example:1', label: 'a' }, 'test');
  await proxies.edit(id, { enabled: false }, 'anna');
  await expect(lease()).rejects.toMatchObject({
    code: 'NOTHING_AVAILABLE',
    message: expect.stringContaining('disabled') as string,
  });
  await proxies.edit(id, { enabled: true }, 'anna');
  expect(await stateOf('a')).toBe('unchecked');
  expect((await lease()).label).toBe('a');
});

test('giving back twice, or after the end, changes nothing more', async () => {
  const { proxies, lease, hold } = await open();
  await proxies.add({ address: 'a.example:1', label: 'a' }, 'test');
  const proxy = await lease();
  await hold.giveBack(proxy, { kind: 'ok' });
  await hold.giveBack(proxy, { kind: 'failed', why: 'x' });
  const other = await lease();
  hold.end('the way out broke');
  hold.end('again');
  await hold.giveBack(other, { kind: 'ok' });
  expect(await proxies.get('a')).toMatchObject({
    okCount: 1,
    failCount: 1,
    inUse: 0,
    lastFailure: { detail: 'the way out broke' },
  });
});

test('credentials are sealed, masked, told to who asks, and each look is written down', async () => {
  const { proxies, store, events, redactor } = await open();
  const { id } = await proxies.add({ address: 'anna:open-sesame@a.example:1', label: 'a' }, 'test');
  expect(JSON.stringify([await store.list('proxies'), await proxies.list(), events.all])).not.toMatch(/sesame|anna/);
  expect(redactor.redact('it said open-sesame')).not.toContain('sesame');
  expect(await proxies.reveal(id, 'anna')).toBe('http://anna:open-sesame@a.example:1');
  expect(events.all.at(-1)).toMatchObject({ level: 'audit', type: 'proxy.revealed', actor: 'anna' });
});

test('a new data key seals every address anew; a locked vault leases nothing and kills nothing', async () => {
  const { proxies, vault, lease, stateOf } = await open();
  await proxies.add({ address: 'u:p@a.example:1', label: 'a' }, 'test');
  vault.activeKey = 2;
  expect(await proxies.reseal()).toBe(1);
  expect(await proxies.reseal()).toBe(0);
  expect(await proxies.checkSecrets()).toEqual({ secrets: 1, problems: [] });
  vault.lock();
  await expect(lease()).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  expect(await stateOf('a')).toBe('unchecked');
  expect((await proxies.get('a')).inUse).toBe(0);
});

test('a list is imported once; the same proxy with another password is another one', async () => {
  const { proxies } = await open();
  const list = 'u:one@gate.example:1,DZ\nu:two@gate.example:1,ES\nu:one@gate.example:1\nbroken\n';
  const trial = await proxies.import(list, { actor: 'anna', dryRun: true });
  expect(trial.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'known', 'rejected']);
  expect(await proxies.list()).toEqual([]);
  await proxies.import(list, { actor: 'anna' });
  const again = await proxies.import(list, { actor: 'anna' });
  expect(again.map(({ outcome }) => outcome)).toEqual(['known', 'known', 'known', 'rejected']);
  expect((await proxies.list()).map(({ country }) => country)).toEqual(['DZ', 'ES']);
  await expect(proxies.get('gate.example:1')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(proxies.add({ address: 'u:one@gate.example:1' }, 'anna')).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('after a restart everything is as it was, but for the leases', async () => {
  const { proxies, restart, use, lease } = await open();
  await proxies.add({ address: 'a.example:1', label: 'a', country: 'DZ' }, 'test');
  await use({ kind: 'ok', durationMs: 100 });
  await use({ kind: 'ok', durationMs: 300 });
  await lease();
  await proxies.stop();
  const next = restart();
  await next.start();
  expect(await next.get('a')).toMatchObject({
    okCount: 2,
    inUse: 0,
    state: 'good',
    country: 'DZ',
    durationMs: 160,
    durationP95Ms: 300,
  });
});

test('a removed proxy is gone with its accounts, also while it is in use', async () => {
  const { proxies, lease, hold, restart } = await open();
  const { id } = await proxies.add({ address: 'a.example:1', label: 'a' }, 'test');
  const proxy = await lease({ account: 'acc' });
  await proxies.remove([id], 'anna');
  await hold.giveBack(proxy, { kind: 'ok' });
  await proxies.stop();
  const next = restart();
  expect(await next.list()).toEqual([]);
  expect(await next.proxyOf('acc')).toBeUndefined();
  await expect(next.remove([id], 'anna')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
