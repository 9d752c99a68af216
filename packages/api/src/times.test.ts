import { expect, test } from 'vitest';
import { parseDuration, parseMoment } from './times.ts';

test('durations are read with their unit only', () => {
  expect(['90s', '1.5h', '7d', '10', 'h', '-1m', ''].map(parseDuration)).toEqual([
    90_000,
    5_400_000,
    604_800_000,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('points in time are read in four ways', () => {
  const now = new Date(2026, 10, 21, 12, 0).getTime();
  expect(parseMoment('now', now)).toBe(now);
  expect(parseMoment('15m', now)).toBe(now + 900_000);
  expect(parseMoment('23:30', now)).toBe(new Date(2026, 10, 21, 23, 30).getTime());
  expect(parseMoment('9:15', now)).toBe(new Date(2026, 10, 22, 9, 15).getTime());
  expect(parseMoment('2026-12-01T10:00:00Z', now)).toBe(Date.UTC(2026, 11, 1, 10));
  expect(['25:00', 'soon', '', '2026-13-45'].map((text) => parseMoment(text, now))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
