import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { moment, preciseSpan, shortMoment, startOfDay, timeOfDay } from './format.ts';

test('a time of today is told without its day, another one with it, on both sides of midnight', () => {
  const late = new Date(2026, 10, 21, 23, 59, 30).getTime();
  const early = new Date(2026, 10, 22, 0, 0, 5).getTime();
  expect(moment(late, late + 1_000)).toBe('23:59:30');
  expect(moment(late, early)).toBe('2026-11-21 23:59');
  expect(moment(early, late)).toBe('2026-11-22 00:00');
  expect(timeOfDay(early)).toBe('00:00:05');
  expect(shortMoment(late, late, 'milliseconds')).toBe('23:59:30.000');
  expect(shortMoment(late, early)).toBe('11-21 23:59');
});

/** In a zone of its own: a process has one. */
function startsIn(zone: string, times: readonly string[]): string[] {
  const script = `import { startOfDay } from ${JSON.stringify(new URL('./format.ts', import.meta.url).href)};
    console.log(JSON.stringify(${JSON.stringify(times)}.map((time) => new Date(startOfDay(Date.parse(time))).toISOString())));`;
  const run = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env: { ...process.env, TZ: zone } });
  return JSON.parse(String(run)) as string[];
}

test('a day begins at midnight of the wall, also when clocks change in it', () => {
  expect(startsIn('UTC', ['2026-11-21T21:00:00Z'])).toEqual(['2026-11-21T00:00:00.000Z']);
  expect(startsIn('Asia/Kolkata', ['2026-11-21T21:00:00Z'])).toEqual(['2026-11-21T18:30:00.000Z']);
  expect(startsIn('Europe/Madrid', ['2026-03-29T12:00:00Z', '2026-03-29T22:30:00Z', '2026-10-25T22:30:00Z'])).toEqual([
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
  ]);
  const now = Date.now();
  expect(startOfDay(now)).toBeLessThanOrEqual(now);
});

test('short spans are told more precisely than long ones', () => {
  expect([0, 20.4, 340, 9_999, 10_000, 98_000].map(preciseSpan)).toEqual(['0 ms', '20 ms', '0.3 s', '10.0 s', '10s', '1m38s']);
});
