import { expect, test } from 'vitest';
import { bytes, duration, moment, plural, shortMoment } from './words.ts';

test('durations are said in their two largest units', () => {
  expect([0, 999, 61_000, 3_600_000, 187_200_000].map(duration)).toEqual(['0s', '0s', '1m 1s', '1h', '2d 4h']);
});

test('sizes and counts are said for people', () => {
  expect([bytes(999), bytes(1_500), bytes(2_340_000_000)]).toEqual(['999 B', '1.5 kB', '2.3 GB']);
  expect([plural(1, 'account'), plural(12_000, 'account')]).toEqual(['1 account', '12,000 accounts']);
});

test('never is an empty cell', () => {
  expect([moment(0), moment(null)]).toEqual(['', '']);
  expect(moment(new Date(2026, 10, 21, 9, 5, 7).getTime())).toBe('2026-11-21 09:05:07');
});

test('in a narrow table today is a time, and another day is a day', () => {
  const now = new Date(2026, 10, 21, 9, 5, 7).getTime();
  expect([shortMoment(now - 60_000, now), shortMoment(now - 86_400_000, now), shortMoment(0, now)]).toEqual([
    '09:04:07',
    '2026-11-20',
    '',
  ]);
});
