import { expect, test } from 'vitest';
import { parseWhen, type When, whenFlags, whenWords } from './when-text.ts';

const now = new Date(2026, 10, 21, 12, 0).getTime();
const zone = 'Africa/Algiers';
const read = (text: string) => parseWhen(text, { now, zone });

test('a time is typed as people say it, or as cron has it', () => {
  expect(read('daily 02:30')).toEqual({ kind: 'cron', pattern: '30 2 * * *', timeZone: zone });
  expect(read(' Weekdays  9:05 ')).toEqual({ kind: 'cron', pattern: '5 9 * * 1-5', timeZone: zone });
  expect(read('every 2h')).toEqual({ kind: 'every', everyMs: 7_200_000, from: now + 7_200_000 });
  expect(read('at 23:30')).toEqual({ kind: 'once', at: new Date(2026, 10, 21, 23, 30).getTime() });
  expect(read('in 15m')).toEqual({ kind: 'once', at: now + 900_000 });
  expect(read('0 9 1 * *')).toEqual({ kind: 'cron', pattern: '0 9 1 * *', timeZone: zone });
});

test('what is no time is nothing', () => {
  const wrong = ['', 'daily', 'daily 25:00', 'weekdays 9', 'every', 'every 10ms', 'every -2h', 'at soon', '0 9 * *', '02:30'];
  expect(wrong.filter((text) => read(text) !== undefined)).toEqual([]);
});

const written = <T>(text: string, write: (when: When) => T): T | undefined => {
  const when = read(text);
  return when && write(when);
};

test('what was read is written the same', () => {
  const texts = ['daily 02:30', 'weekdays 09:05', 'every 90s', 'every 2h', 'every 7d', '*/5 * * * *'];
  expect(texts.map((text) => written(text, whenWords))).toEqual(texts);
  expect(whenWords({ kind: 'once', at: Date.UTC(2026, 11, 1, 10) })).toBe('at 2026-12-01T10:00:00.000Z');
});

test('each has its flags', () => {
  expect(written('daily 02:30', whenFlags)).toBe('--daily 02:30');
  expect(written('weekdays 09:05', whenFlags)).toBe("--cron '5 9 * * 1-5'");
  expect(written('every 90s', whenFlags)).toBe('--every 90s');
  expect(whenFlags({ kind: 'once', at: 0 })).toBe('--at 1970-01-01T00:00:00.000Z');
});
