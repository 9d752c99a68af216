import { expect, test } from 'vitest';
import { createLimitHeaders } from './limit-headers.ts';

const nothing = { latency: null, recent: [], errors: [] };

test('the headers tell what is left, and when all of it is there again; at most a second old', () => {
  let now = 1_000;
  let left = 7;
  const rotation = {
    report: () => ({
      ...nothing,
      requests: { limit: 12, left, fullAt: 61_000.5 },
      tokens: { limit: 2_000, left: 900, fullAt: 500 },
    }),
  };
  const headers = createLimitHeaders({ rotation, now: () => now });
  const first = {
    'x-ratelimit-limit-requests': '12',
    'x-ratelimit-remaining-requests': '7',
    'x-ratelimit-reset-requests': '60001ms',
    'x-ratelimit-limit-tokens': '2000',
    'x-ratelimit-remaining-tokens': '900',
    'x-ratelimit-reset-tokens': '0ms',
  };
  expect(headers.read()).toEqual(first);
  left = 6;
  now += 999;
  expect(headers.read()).toEqual(first);
  now += 1;
  expect(headers.read()).toMatchObject({ 'x-ratelimit-remaining-requests': '6', 'x-ratelimit-reset-requests': '59001ms' });
  left = 12;
  headers.forget();
  expect(headers.read()).toMatchObject({ 'x-ratelimit-remaining-requests': '12' });
});

test('without a limit of tokens nothing is said of tokens', () => {
  const rotation = { report: () => ({ ...nothing, requests: { limit: 1, left: 1, fullAt: 0 }, tokens: null }) };
  expect(Object.keys(createLimitHeaders({ rotation, now: () => 5 }).read())).toEqual([
    'x-ratelimit-limit-requests',
    'x-ratelimit-remaining-requests',
    'x-ratelimit-reset-requests',
  ]);
});
