import { expect, test } from 'vitest';
import { latencyText } from './latency-text.ts';

test('milliseconds are whole, and seconds have one decimal', () => {
  expect([0, 0.4, 612.3, 999.4, 999.5, 2_940, 61_000].map(latencyText)).toEqual([
    '0 ms',
    '0 ms',
    '612 ms',
    '999 ms',
    '1.0 s',
    '2.9 s',
    '61.0 s',
  ]);
});
