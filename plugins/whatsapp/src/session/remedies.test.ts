import { leftBrowsers } from '@muster/sdk/browser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestWorld, until } from '../testing/open-test-session.ts';

const ONE = '966500000001';
const wid = `${ONE}@c.us`;

// Nothing that the library leaves behind may end the host: every test here counts what nobody caught.
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
});

test('a ready that the library missed is announced to it', async () => {
  await using world = await openTestWorld();
  const first = await world.open('one');
  await first.link(ONE);
  await first.supervisor.close();
  await world.simulator.turn({ page: { syncBeforeInject: true } });
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('ready');
  expect(session.remedies()).toEqual(['announce-ready']);
});

test('a killed browser is replaced by a new one, without a code', async () => {
  await using world = await openTestWorld();
  const first = await world.open('one');
  await first.link(ONE);
  await first.supervisor.close();
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('ready');
  process.kill(session.supervisor.connection.browser.pid, 'SIGKILL');
  await session.until('restarting');
  await session.until('ready');
  expect(session.codes).toEqual([]);
  expect(session.remedies()).toContain('restart-browser');
});

test('a crashed page is loaded again, and hears messages once', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one');
  await session.link(ONE);
  void session.supervisor.connection.page.goto('chrome://crash').catch(() => undefined);
  await session.until('reconnecting');
  await session.until('ready');
  expect(session.remedies()).toEqual(['reload-page']);
  world.simulator.service.incoming({ to: wid, from: '966511111111@c.us', body: 'after the crash' });
  await until('the message', () => session.messages.length > 0);
  await until('it is taken', () => world.simulator.counters()['delivered'] === 1);
  expect(session.messages.map(({ body }) => body)).toEqual(['after the crash']);
});

test('a page that hangs costs its browser, not the session', async () => {
  await using world = await openTestWorld({ config: { heartbeatTimeoutMs: 400 } });
  const first = await world.open('one');
  await first.link(ONE);
  await first.supervisor.close();
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('ready');
  world.simulator.service.devices.tell(wid, { type: 'hang', ms: 600_000 });
  await session.until('restarting');
  expect(session.told.reports.at(-1)?.why).toContain('does not answer');
  await session.until('ready');
  expect(session.codes).toEqual([]);
});

test('a page that loads itself anew while the library settles in is settled into again', async () => {
  await using world = await openTestWorld({ knobs: { page: { reloadOnceMs: 250, openMs: 400 } } });
  const session = await world.open('one');
  await session.link(ONE);
  expect(session.path().at(-1)).toBe('ready');
  world.simulator.service.incoming({ to: wid, from: '966511111111@c.us', body: 'once' });
  await until('the message', () => session.messages.length > 0);
  expect(session.messages).toHaveLength(1);
});

test('changes of the address alone settle nothing in a second time', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one');
  session.supervisor.start();
  await until('a code', () => session.codes.length > 0);
  const [line] = world.simulator.service.devices.lines;
  for (let count = 0; count < 3; count++) line?.say({ type: 'navigate' });
  world.simulator.service.scan(session.codes[0]?.text ?? '', { wid });
  await session.until('ready');
  world.simulator.service.incoming({ to: wid, from: '966511111111@c.us', body: 'once' });
  await until('the message', () => session.messages.length > 0);
  await until('it is taken', () => world.simulator.counters()['delivered'] === 1);
  expect(session.messages).toHaveLength(1);
  expect(session.told.events.filter(({ type }) => type === 'session.ready')).toHaveLength(1);
  expect(session.told.events.filter(({ type }) => type === 'session.authenticated')).toHaveLength(1);
});

// They wait for the most part.
test.concurrent.each([
  ['that says no version', { noDebug: true }],
  ['that stays at its opening', { stuckOpening: true }],
])('a page %s is given up after the set number of restarts', async (_name, page) => {
  await using world = await openTestWorld({ knobs: { page }, config: { openTimeoutMs: 1_500, restartLimit: 1 } });
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('failed');
  await session.supervisor.ended;
  expect(session.path()).toEqual(['launching', 'restarting', 'launching', 'restarting', 'failed']);
  expect(session.told.reports.at(-1)?.why).toContain('restarted 1 times in a row');
  expect(await leftBrowsers(world.host.profiles)).toEqual([]);
});

test('a page that lacks a module is told by the name of the module, at once', async () => {
  await using world = await openTestWorld({
    knobs: { page: { without: ['WAWebSendMsgChatAction'] } },
    config: { openTimeoutMs: 3_000 },
  });
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('failed');
  await session.supervisor.ended;
  expect(session.told.reports.at(-1)?.why).toContain('the page lacks module WAWebSendMsgChatAction');
});

test('a link that never syncs restarts the browser', async () => {
  await using world = await openTestWorld({ knobs: { page: { noSync: true } }, config: { syncTimeoutMs: 1_000 } });
  const session = await world.open('one');
  session.supervisor.start();
  await until('a code', () => session.codes.length > 0);
  world.simulator.service.scan(session.codes[0]?.text ?? '', { wid });
  await session.until('restarting');
  expect(session.told.reports.at(-1)?.why).toContain('not synced after 1 s');
  await world.simulator.turn({ page: { noSync: false } });
  await session.until('ready');
});

test('a cut network is waited out in the same browser; messages of that time arrive', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one');
  await session.link(ONE);
  const { pid } = session.supervisor.connection.browser;
  world.simulator.service.drop({ ms: 1_500 });
  await session.until('reconnecting');
  world.simulator.service.incoming({ to: wid, from: '966511111111@c.us', body: 'meanwhile' });
  await session.until('ready');
  expect(session.supervisor.connection.browser.pid).toBe(pid);
  await until('the message', () => session.messages.length > 0);
  expect(session.messages[0]?.body).toBe('meanwhile');
});

test('a line that stays away is asked for, then the browser is replaced', async () => {
  await using world = await openTestWorld({ config: { lineTimeoutMs: 1_000 } });
  const session = await world.open('one');
  await session.link(ONE);
  world.simulator.service.drop({ ms: 4_000 });
  await session.until('restarting');
  expect(session.remedies()).toContain('ask-for-line');
  expect(session.told.reports.at(-1)?.why).toContain('no line to WhatsApp');
  await session.until('ready');
});

test('WhatsApp Web opened elsewhere ends it with its login kept, or is taken over where that is set', async () => {
  await using world = await openTestWorld();
  const session = await world.open('one');
  await session.link(ONE);
  world.host.config = { ...world.host.config, takeOver: true };
  world.simulator.service.devices.tell(wid, { type: 'state', state: 'CONFLICT' });
  await until('it was taken over', () => session.remedies().includes('take-over'));
  expect(session.supervisor.state).toBe('ready');
  world.host.config = { ...world.host.config, takeOver: false };
  world.simulator.service.devices.tell(wid, { type: 'state', state: 'CONFLICT' });
  await session.until('conflict');
  await session.supervisor.ended;
  const again = await world.open('one');
  again.supervisor.start();
  await again.until('ready');
  expect(again.codes).toEqual([]);
});

test('a number that WhatsApp blocks ends with its reason', async () => {
  const state = 'TOS_BLOCK';
  await using world = await openTestWorld();
  const session = await world.open('one');
  await session.link(ONE);
  world.simulator.service.devices.tell(wid, { type: 'state', state });
  await session.until('failed');
  await session.supervisor.ended;
  expect(session.told.reports.at(-1)?.why).toContain(state);
});

test('without a way to WhatsApp it says so, and tries again', async () => {
  // No version is kept: the page is asked of WhatsApp itself, and the browser of a test reaches nothing but this machine.
  await using world = await openTestWorld({ config: { webVersion: undefined } });
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('restarting');
  expect(session.told.reports.at(-1)?.why).toContain('ERR_NAME_NOT_RESOLVED');
});

test('a login that the service has forgotten leads to a code, not to a loop', async () => {
  await using world = await openTestWorld();
  const first = await world.open('one');
  await first.link(ONE);
  await first.supervisor.close();
  world.simulator.service.devices.unlink(wid);
  const session = await world.open('one');
  session.supervisor.start();
  await until('a code', () => session.codes.length > 0, session.path);
  expect(session.supervisor.state).toBe('scan');
});

test('it can be closed at any moment of its start', async () => {
  await using world = await openTestWorld();
  for (const afterMs of [0, 150, 500]) {
    const session = await world.open(`c${afterMs}`);
    session.supervisor.start();
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await session.supervisor.close();
    expect(session.told.reports.at(-1)).toMatchObject({ state: 'closed', status: 'stopped' });
    expect(await leftBrowsers(world.host.profiles)).toEqual([]);
  }
});

test('nothing of all this was left to nobody to catch', () => {
  expect(uncaught).toEqual([]);
});
