import { createTestClock } from '@muster/core/testing';
import { expect, it } from 'vitest';
import { createMemoryTrim } from './memory-trim.ts';

it('sets one timer while there is work, and none at rest', async () => {
  const clock = createTestClock();
  let timers = 0;
  let change: () => void = () => undefined;
  const counted = { ...clock, after: (ms: number, then: () => void) => ((timers += 1), clock.after(ms, then)) };
  const subscribe = (listener: (changes: []) => void) => {
    change = () => listener([]);
    return () => (change = () => undefined);
  };
  const trim = createMemoryTrim({ clock: counted, store: { subscribe } });
  await clock.advance(60_000);
  expect(timers).toBe(1);
  for (let ms = 0; ms < 20_000; ms += 10) {
    change();
    await clock.advance(10);
  }
  expect(timers).toBeLessThan(8);
  await clock.advance(60_000);
  const atRest = timers;
  await clock.advance(600_000);
  expect(timers).toBe(atRest);
  trim.stop();
  change();
  expect(timers).toBe(atRest);
});
