import { expect, test } from 'vitest';
import { createTokenWindow, TOKEN_WINDOW_MS } from './token-window.ts';

test('an estimate beyond all measure takes the room of a minute, and leaves the count as it was once it is corrected', () => {
  let now = 0;
  const window = createTokenWindow(() => now);
  const spent = window.reserve(500);
  spent.fix();
  for (const wild of [Number.MAX_VALUE, Number.MAX_SAFE_INTEGER]) {
    const cost = window.reserve(wild);
    cost.fix();
    expect(window.availableAt(1, 1_000)).toBeGreaterThan(now);
    cost.correct(30);
  }
  expect(window.used()).toBe(560);
  now = TOKEN_WINDOW_MS;
  expect(window.used()).toBe(0);
});
