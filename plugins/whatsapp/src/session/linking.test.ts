import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { leftBrowsers } from '@muster/sdk/browser';
import { expect, test } from 'vitest';
import { openTestWorld, until, type TestSession } from '../testing/open-test-session.ts';

const ONE = '966500000001';
const TWO = '966500000002';

test('a number is linked once by its QR code; from then on it starts without one, and leaves no process', async () => {
  await using world = await openTestWorld();
  const first = await world.open('one');
  await first.link(ONE);
  expect(first.path()).toEqual(['launching', 'scan', 'syncing', 'ready']);
  expect(first.codes[0]).toMatchObject({ kind: 'qr', expiresAt: expect.any(Number) as number });
  expect(first.codes[0]?.text.split(',')).toHaveLength(5);
  expect(first.told.reports.at(-1)?.challenge).toBeUndefined();
  // Right after the login: what the close has to wait for.
  await first.supervisor.close();
  expect(await leftBrowsers(world.host.profiles)).toEqual([]);

  const again = await world.open('one');
  again.supervisor.start();
  await again.until('ready');
  expect(again.codes).toEqual([]);
  expect(again.remedies()).toEqual([]);
});

test('a host that stops gets every session closed, whatever it is at', async () => {
  await using world = await openTestWorld();
  const ends = new AbortController();
  const open = async (name: string): Promise<TestSession> => {
    const session = await world.open(name, { signal: ends.signal });
    session.supervisor.start();
    return session;
  };
  const ready = await open('ready');
  await ready.link(ONE);
  const cut = await open('cut');
  await cut.link(TWO);
  const scanned = await open('scanned');
  await until('it waits', () => scanned.codes.length > 0);
  world.simulator.service.drop({ ms: 60_000 });
  await cut.until('reconnecting');
  const starting = await open('starting');
  ends.abort();
  for (const session of [ready, scanned, cut, starting]) await session.supervisor.close();
  expect(await leftBrowsers(world.host.profiles)).toEqual([]);
  expect([ready, scanned, cut, starting].map(({ supervisor }) => supervisor.state)).toEqual(
    Array.from({ length: 4 }, () => 'stopped'),
  );
});

test('a code is linked by phone number', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one', { account: { clientId: 'one', phone: ONE }, linkByCode: true });
  session.supervisor.start();
  await until('a code', () => session.codes.length > 0);
  expect(session.codes[0]).toMatchObject({ kind: 'code', text: expect.stringMatching(/^[A-Z0-9]{8}$/) as string });
  expect(session.told.reports.at(-1)).toMatchObject({ state: 'needs-operator', status: 'pairing-code' });
  world.simulator.service.enterCode(session.codes[0]?.text ?? '', { wid: `${ONE}@c.us` });
  await session.until('ready');
  expect(session.path()).toEqual(['launching', 'pairing-code', 'syncing', 'ready']);
});

test('another number than the expected one is refused, and its profile removed', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one', { account: { clientId: 'one', phone: ONE } });
  session.supervisor.start();
  await until('a code', () => session.codes.length > 0);
  world.simulator.service.scan(session.codes[0]?.text ?? '', { wid: `${TWO}@c.us` });
  await session.until('failed');
  await session.supervisor.ended;
  expect(session.told.reports.at(-1)?.why).toContain(`${TWO} was scanned, and ${ONE} is expected`);
  await expect(access(join(world.host.profiles, 'session-one'))).rejects.toThrow('ENOENT');
  expect(world.simulator.service.devices.has(`${TWO}@c.us`)).toBe(false);
});

test('of several to be scanned one shows its code; when it is linked the next comes up', async () => {
  await using world = await openTestWorld();
  const [one, two] = [await world.open('one'), await world.open('two')];
  one.supervisor.start();
  await until('the first code', () => one.codes.length > 0);
  two.supervisor.start();
  await until('the second waits', () => two.told.reports.some(({ why }) => why?.includes('waits for its turn') === true));
  expect(two.codes).toEqual([]);
  expect(world.host.asking).toBe(1);
  world.simulator.service.scan(one.codes.at(-1)?.text ?? '', { wid: `${ONE}@c.us` });
  await one.until('ready');
  await until('the second code', () => two.codes.length > 0);
  world.simulator.service.scan(two.codes.at(-1)?.text ?? '', { wid: `${TWO}@c.us` });
  await two.until('ready');
  expect(world.host.asking).toBe(0);
});

test('codes that run out are asked for again, and after some rounds nobody is waited for', async () => {
  await using world = await openTestWorld({ knobs: { qrRefMs: 150, qrMaxRefs: 2 }, config: { qrRounds: 3 } });
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('needs-scan');
  await session.supervisor.ended;
  expect(session.remedies()).toEqual(['ask-for-codes', 'ask-for-codes']);
  expect(session.codes.length).toBeGreaterThanOrEqual(4);
  expect(session.told.reports.at(-1)).toMatchObject({ state: 'needs-operator', why: 'nobody scanned the code' });
  expect(await leftBrowsers(world.host.profiles)).toEqual([]);
  expect(world.host.asking).toBe(0);
});

test('a number that is unlinked on the phone gets a clean profile and is linked again for good', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one');
  await session.link(ONE);
  const before = session.codes.length;
  world.simulator.service.unlink(`${ONE}@c.us`);
  await until('a new code', () => session.codes.length > before, session.path);
  expect(session.path()).toEqual(['launching', 'scan', 'syncing', 'ready', 'logged-out', 'launching', 'scan']);
  world.simulator.service.scan(session.codes.at(-1)?.text ?? '', { wid: `${ONE}@c.us` });
  await session.until('ready');
  expect(session.remedies()).toEqual(['wipe-profile']);
  await session.supervisor.close();

  const again = await world.open('one');
  again.supervisor.start();
  await again.until('ready');
  expect(again.codes).toEqual([]);
});

test('a logout by the operator ends it, with its profile', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one');
  await session.link(ONE);
  await session.supervisor.logOut();
  await session.supervisor.ended;
  expect(session.told.reports.at(-1)).toMatchObject({ state: 'closed', status: 'logged-out' });
  await expect(access(join(world.host.profiles, 'session-one'))).rejects.toThrow('ENOENT');
  expect(await leftBrowsers(world.host.profiles)).toEqual([]);
});
