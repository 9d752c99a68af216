import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['parts of a second', { 'retry-after': ' 0.5 ' }, 500],
  ['a date of HTTP', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
  ['a date of ISO 8601', { 'retry-after': '2026-11-21T12:01:00Z' }, 60_000],
  ['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 1_000],
  ['milliseconds, which win', { 'retry-after-ms': '1250', 'retry-after': '9' }, 1_250],
  ['a unit', { 'retry-after': '6m0s' }, 360_000],
  ['milliseconds as a unit', { 'retry-after': '250ms' }, 250],
  ['a whole day', { 'retry-after': '86400' }, 86_400_000],
  ['nothing, after a refusal', { 'retry-after': '0' }, 1_000],
  ['a header that came twice', { 'retry-after': ['3', '5'] }, 3_000],
  ['a limit that is used up', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
  ['a limit of tokens, in seconds', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '12.5' }, 12_500],
  [
    'the later of two limits',
    {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '1m',
    },
    60_000,
  ],
  [
    'a wait that is asked for, whatever the limits',
    { 'retry-after': '3', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '9s' },
    3_000,
  ],
  ['milliseconds that are none', { 'retry-after-ms': 'soon', 'retry-after': '2' }, 2_000],
])('%s', (_, headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});

test.each([
  {},
  { 'retry-after': '' },
  { 'retry-after': '-5' },
  { 'retry-after': 'later' },
  { 'x-ratelimit-remaining-requests': '4', 'x-ratelimit-reset-requests': '9s' },
  { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' },
  { 'x-ratelimit-remaining-requests': '0' },
  { 'retry-after': 'NaN' },
  { 'retry-after': '1e9' },
])('%j says nothing', (headers) => {
  expect(retryAfterMs(headers, NOW)).toBeUndefined();
});
