import { expect, test } from 'vitest';
import { isTimeZone } from './time-zone.ts';

test('names of places and UTC are time zones, other words are none', () => {
  expect(['Asia/Riyadh', 'UTC', 'America/New_York'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['', 'Riyadh', 'Mars/Olympus'].map(isTimeZone)).toEqual([false, false, false]);
});
