import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Config } from '../schemas.ts';
import { openTestWorld, until, type TestSession, type TestWorld } from '../testing/open-test-session.ts';

const ONE = '966500000001';
const wid = `${ONE}@c.us`;

// Nothing that the library leaves behind may end the host: what nobody caught is counted.
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

/** One number that is linked, for all that can happen to it afterwards. */
let world: TestWorld;
let session: TestSession;
let config: Config;
beforeAll(async () => {
  process.on('unhandledRejection', note);
  world = await openTestWorld();
  ({ config } = world.host);
  session = await world.open('one');
  await session.link(ONE);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  process.off('unhandledRejection', note);
  if (uncaught.length > 0) throw new AggregateError(uncaught, 'nobody caught this');
});

const set = (changes: Partial<Config>): void => void (world.host.config = { ...config, ...changes });
const incoming = (body: string): string => world.simulator.service.incoming({ to: wid, from: '966511111111@c.us', body });
/** A new session over the same profile. */
const reopen = async (): Promise<void> => {
  await session.supervisor.close();
  session = await world.open('one');
  session.supervisor.start();
};

/** Ready, as the test before left it, or opened anew. */
beforeEach(async () => {
  set({});
  world.simulator.service.drop({ wid: 'nobody', ms: 0 });
  await world.simulator.turn({ page: { syncBeforeInject: false } });
  if (session.supervisor.state !== 'ready') await reopen();
  await session.until('ready');
  session.forget();
});

test('a driven browser says that it is one, and gives its own name', async () => {
  const said = await session.supervisor.connection.page.evaluate(() => navigator.webdriver);
  expect(said, 'a browser that is driven says so').toBe(true);
  const agent = await session.supervisor.connection.page.evaluate(() => navigator.userAgent);
  expect(agent).toContain('Headless');
});

test('a ready that the library missed is announced to it', async () => {
  await world.simulator.turn({ page: { syncBeforeInject: true } });
  await reopen();
  await session.until('ready');
  expect([session.wasAnnounced(), session.remedies()]).toEqual([true, []]);
  session.forget();
  // After a crash too: a page with a line and without the library's ears would look ready and hear nothing.
  void session.supervisor.connection.page.goto('chrome://crash').catch(() => undefined);
  await session.until('reconnecting');
  await session.until('ready');
  expect([session.wasAnnounced(), session.remedies()]).toEqual([true, ['reload-page']]);
  incoming('heard all the same');
  await until('the message', () => session.messages.length > 0);
  // The next one gets a page without that fault.
  await session.supervisor.close();
});

test('a crashed page is loaded again, and hears messages once', async () => {
  const delivered = world.simulator.counters()['delivered'] ?? 0;
  void session.supervisor.connection.page.goto('chrome://crash').catch(() => undefined);
  await session.until('reconnecting');
  await session.until('ready');
  expect(session.remedies()).toEqual(['reload-page']);
  incoming('after the crash');
  await until('the message', () => session.messages.length > 0);
  await until('it is taken', () => world.simulator.counters()['delivered'] === delivered + 1);
  expect(session.messages.map(({ body }) => body)).toEqual(['after the crash']);
});

test('a cut network is waited out in the same browser; messages of that time arrive', async () => {
  const { pid } = session.supervisor.connection.browser;
  world.simulator.service.drop({ ms: 1_000 });
  await session.until('reconnecting');
  incoming('meanwhile');
  await session.until('ready');
  expect(session.supervisor.connection.browser.pid).toBe(pid);
  await until('the message', () => session.messages.length > 0);
  expect(session.messages[0]?.body).toBe('meanwhile');
});

test('a line that stays away is asked for, then the browser is replaced', async () => {
  set({ lineTimeoutMs: 1_000 });
  world.simulator.service.drop({ ms: 600_000 });
  await session.until('restarting');
  expect(session.remedies()).toContain('ask-for-line');
  expect(session.told.reports.find(({ status }) => status === 'restarting')?.why).toContain('no line to WhatsApp');
  set({});
  world.simulator.service.drop({ wid: 'nobody', ms: 0 });
  await session.until('ready');
});

test('a killed browser is replaced by a new one, without a code', async () => {
  process.kill(session.supervisor.connection.browser.pid, 'SIGKILL');
  await session.until('restarting');
  await session.until('ready');
  expect(session.codes).toEqual([]);
  expect(session.remedies()).toContain('restart-browser');
});

test('a page that hangs costs its browser, not the session', async () => {
  set({ heartbeatTimeoutMs: 400 });
  world.simulator.service.devices.tell(wid, { type: 'hang', ms: 600_000 });
  await session.until('restarting');
  expect(session.told.reports.find(({ status }) => status === 'restarting')?.why).toContain('does not answer');
  set({});
  await session.until('ready');
  expect(session.codes).toEqual([]);
});

test('WhatsApp Web opened elsewhere ends it with its login kept, or is taken over where that is set', async () => {
  set({ takeOver: true });
  world.simulator.service.devices.tell(wid, { type: 'state', state: 'CONFLICT' });
  await until('it was taken over', () => session.remedies().includes('take-over'));
  expect(session.supervisor.state).toBe('ready');
  set({ takeOver: false });
  world.simulator.service.devices.tell(wid, { type: 'state', state: 'CONFLICT' });
  await session.until('conflict');
  await session.supervisor.ended;
  await reopen();
  await session.until('ready');
  expect(session.codes).toEqual([]);
});

test('a number that WhatsApp blocks ends with its reason', async () => {
  world.simulator.service.devices.tell(wid, { type: 'state', state: 'TOS_BLOCK' });
  await session.until('failed');
  await session.supervisor.ended;
  expect(session.told.reports.at(-1)?.why).toContain('TOS_BLOCK');
});

test('a login that the service has forgotten leads to a code, not to a loop', async () => {
  await session.supervisor.close();
  world.simulator.service.devices.unlink(wid);
  session = await world.open('one');
  session.supervisor.start();
  await until('a code', () => session.codes.length > 0, session.path);
  expect(session.supervisor.state).toBe('scan');
});
