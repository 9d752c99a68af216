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

test.concurrent('a page that lacks a module is told by the name of the module, at once', async () => {
  await using world = await openTestWorld({
    knobs: { page: { without: ['WAWebSendMsgChatAction'] } },
    config: { openTimeoutMs: 40_000 },
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
  expect(session.told.reports.find(({ status }) => status === 'restarting')?.why).toContain('not synced after 1 s');
  await world.simulator.turn({ page: { noSync: false } });
  // A page that was loaded before that is given up once more.
  world.host.config = { ...world.host.config, syncTimeoutMs: 5_000 };
  await session.until('ready');
});

test('without a way to WhatsApp it says so, and tries again', async () => {
  // No version is kept: the page is asked of WhatsApp itself, and the browser of a test reaches nothing but this machine.
  await using world = await openTestWorld({ config: { webVersion: undefined } });
  const session = await world.open('one');
  session.supervisor.start();
  await session.until('restarting');
  expect(session.told.reports.find(({ status }) => status === 'restarting')?.why).toContain('ERR_NAME_NOT_RESOLVED');
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
