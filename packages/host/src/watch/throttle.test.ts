import { createTestClock } from '@muster/core/testing';
import { expect, it } from 'vitest';
import { createThrottle } from './throttle.ts';

it('runs at once, then at most once an interval, and once for many asks', async () => {
  const clock = createTestClock();
  const ranAt: number[] = [];
  const from = clock.now();
  const throttle = createThrottle(clock, 250, () => Promise.resolve(void ranAt.push(clock.now() - from)));
  throttle.ask();
  await clock.advance(0);
  for (let ms = 0; ms < 1_000; ms += 10) {
    throttle.ask();
    await clock.advance(10);
  }
  expect(ranAt).toEqual([0, 250, 500, 750, 1_000]);
  await clock.advance(10_000);
  expect(ranAt.length).toBeLessThanOrEqual(6);
});

it('runs once more when asked while it runs, never two at a time, and not after the stop', async () => {
  const clock = createTestClock();
  let running = 0;
  let most = 0;
  let runs = 0;
  let finish: () => void = () => undefined;
  const throttle = createThrottle(clock, 100, async () => {
    runs += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => (finish = resolve));
    running -= 1;
  });
  throttle.ask();
  await clock.advance(0);
  throttle.ask();
  await clock.advance(500);
  expect(runs).toBe(1);
  finish();
  await clock.advance(500);
  expect([runs, most]).toEqual([2, 1]);
  throttle.ask();
  throttle.stop();
  finish();
  await clock.advance(500);
  expect(runs).toBe(2);
});
