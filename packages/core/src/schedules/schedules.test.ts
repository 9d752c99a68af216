import { expect, test } from 'vitest';
import { farm, openWorld, COLLECTIONS } from '../testing/jobs-world.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { testEvents, testPlugins } from '../testing/roster-things.ts';
import { createSchedules } from './create-schedules.ts';
import { SCHEDULES, type NewSchedule } from './schedules.ts';
import { nextTime, whenText, type When } from './when.ts';

const MINUTE = 60_000;

async function open(work: () => Promise<unknown> = async () => null) {
  const plugin = farm({ work });
  const store = await openMemoryStore({ collections: [...COLLECTIONS, SCHEDULES] });
  const clock = createTestClock();
  const world = await openWorld({ plugin, store, clock, accounts: 2 });
  const events = testEvents();
  const make = (seed: number) =>
    createSchedules({
      store,
      clock,
      events,
      jobs: world.jobs,
      plugins: testPlugins({}, [plugin]),
      random: createTestRandom(seed),
    });
  const schedules = make(1);
  const daily: NewSchedule = {
    plugin: 'farm',
    action: 'work',
    selection: {},
    when: { kind: 'every', everyMs: 10 * MINUTE, from: clock.now() + 10 * MINUTE },
  };
  const runs = async () => (await world.jobs.list()).total;
  return { world, store, clock, events, schedules, restart: () => make(2), daily, runs };
}

test('a schedule starts its job each time it is due', async () => {
  const { schedules, daily, clock, runs, world } = await open();
  await schedules.start();
  const { id, nextAt } = await schedules.add({ ...daily, name: 'each ten' }, 'anna');
  expect(nextAt).toBe(clock.now() + 10 * MINUTE);
  await clock.advance(35 * MINUTE);
  await world.until(async () => (await runs()) === 3);
  const shown = await schedules.get('each ten');
  expect(shown).toMatchObject({ id, lastProblem: null, lastJob: expect.any(String) as string, whenText: 'every 10 min' });
  expect((await world.jobs.get(shown.lastJob ?? '')).actor).toBe(`schedule/${id}`);
  await schedules.remove(id, 'anna');
  await clock.advance(60 * MINUTE);
  expect(await runs()).toBe(3);
});

test('once is once', async () => {
  const { schedules, daily, clock, runs, world } = await open();
  await schedules.start();
  await schedules.add({ ...daily, when: { kind: 'once', at: clock.now() + MINUTE } }, 'anna');
  await clock.advance(10 * MINUTE);
  await world.until(async () => (await runs()) === 1);
  expect((await schedules.list())[0]).toMatchObject({ nextAt: null, whenText: 'once' });
});

test.each(['run', 'skip'] as const)('what was missed while no host ran is told, and then: %s', async (missed) => {
  const { schedules, restart, daily, clock, runs, world, events } = await open();
  await schedules.start();
  await schedules.add({ ...daily, missed }, 'anna');
  await schedules.stop();
  await clock.advance(45 * MINUTE);
  const next = restart();
  await next.start();
  await world.until(async () => (await runs()) === (missed === 'run' ? 1 : 0));
  expect(events.all.filter(({ type }) => type === 'schedule.missed')).toHaveLength(1);
  const [shown] = await next.list();
  expect(shown?.nextAt).toBe(clock.now() + 5 * MINUTE);
});

test('a time comes and goes while its last run still goes on', async () => {
  let finish = (): void => undefined;
  const { schedules, daily, clock, runs, world, events } = await open(() => new Promise<void>((resolve) => (finish = resolve)));
  await schedules.start();
  await schedules.add(daily, 'anna');
  await clock.advance(11 * MINUTE);
  await world.until(async () => (await runs()) === 1);
  await clock.advance(10 * MINUTE);
  await world.until(() => events.all.some(({ type }) => type === 'schedule.skipped'));
  expect(await runs()).toBe(1);
  expect((await schedules.list())[0]?.lastProblem).toContain('still went on');
  finish();
});

test('a run that had started before a crash is not started again, one that had not is', async () => {
  const { schedules, restart, daily, clock, store, runs, world } = await open();
  await schedules.start();
  const { id } = await schedules.add(daily, 'anna');
  await clock.advance(10 * MINUTE);
  await world.until(async () => (await runs()) === 1);
  await schedules.stop();
  await store.commit([{ update: 'schedules', id, patch: { set: { startingAt: clock.now() - 1, lastJob: null } } }]);
  const second = restart();
  await second.start();
  expect(await runs()).toBe(1);
  expect((await second.get(id)).lastJob).not.toBeNull();
  await second.stop();
  await store.commit([{ update: 'schedules', id, patch: { set: { startingAt: clock.now() + 1 } } }]);
  await restart().start();
  expect(await runs()).toBe(2);
});

test('a paused schedule rests, and does not make up for it when it goes on', async () => {
  const { schedules, daily, clock, runs } = await open();
  await schedules.start();
  const { id } = await schedules.add(daily, 'anna');
  expect(await schedules.edit(id, { paused: true }, 'anna')).toMatchObject({ paused: true, nextAt: null });
  await clock.advance(65 * MINUTE);
  expect(await runs()).toBe(0);
  const { nextAt } = await schedules.edit(id, { paused: false }, 'anna');
  expect(nextAt).toBe(clock.now() + 5 * MINUTE);
});

test.each<[string, Partial<NewSchedule>, string]>([
  ['an unknown action', { action: 'fly' }, 'fly'],
  ['an input that does not fit', { input: { word: 'x' } }, 'word'],
  ['no accounts', { selection: undefined }, 'selection'],
  ['a time that is over', { when: { kind: 'once', at: 5 } }, 'over'],
  ['no time at all', { when: { kind: 'every', everyMs: 0, from: 0 } }, 'when'],
  ['nonsense for cron', { when: { kind: 'cron', pattern: '61 * * * *', timeZone: 'UTC' } }, 'cron'],
  ['six fields', { when: { kind: 'cron', pattern: '* * * * * *', timeZone: 'UTC' } }, 'five'],
  ['a day that never comes', { when: { kind: 'cron', pattern: '0 0 30 2 *', timeZone: 'UTC' } }, 'never'],
  ['an unknown time zone', { when: { kind: 'cron', pattern: '0 0 * * *', timeZone: 'Mars/North' } }, 'zone'],
  ['no name', { name: ' ' }, 'name'],
])('a schedule with %s is refused', async (_what, wrong, names) => {
  const { schedules, daily } = await open();
  await expect(schedules.add({ ...daily, ...wrong }, 'anna')).rejects.toMatchObject({
    message: expect.stringContaining(names) as string,
  });
  expect(await schedules.list()).toEqual([]);
});

test('cron goes by the wall clock of its zone, also where that changes', () => {
  const when: When = { kind: 'cron', pattern: '30 2 * * *', timeZone: 'Europe/Madrid' };
  const iso = (text: string) => new Date(nextTime(when, Date.parse(text)) ?? 0).toISOString();
  expect(iso('2026-07-01T12:00:00Z')).toBe('2026-07-02T00:30:00.000Z');
  expect(iso('2026-12-01T12:00:00Z')).toBe('2026-12-02T01:30:00.000Z');
  // 02:30 does not exist on the last Sunday of March.
  expect(iso('2026-03-28T20:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
  expect(iso('2026-10-24T20:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  expect(iso('2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  expect(whenText(when)).toBe('daily at 02:30 (Europe/Madrid)');
});
