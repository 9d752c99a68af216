import { expect, test, vi } from 'vitest';
import { createTestClock } from '../testing/test-clock.ts';
import type { TimeSource } from './clock.ts';
import { createClock } from './clock.ts';

const HOUR = 3_600_000;

const turnable = (): TimeSource & { awake(ms: number): void; sleep(ms: number): void; set(wall: number): void } => {
  let wall = 1_000_000;
  let elapsed = 50;
  let sinceBoot = 9_000;
  return {
    wall: () => wall,
    elapsed: () => elapsed,
    sinceBoot: () => Math.floor(sinceBoot / 10) * 10,
    awake(ms) {
      wall += ms;
      elapsed += ms;
      sinceBoot += ms;
    },
    sleep(ms) {
      wall += ms;
      sinceBoot += ms;
    },
    set(at) {
      wall = at;
    },
  };
};

test('time goes by elapsed time from the wall clock at the start', () => {
  const time = turnable();
  const clock = createClock(time);
  expect(clock.now()).toBe(1_000_000);
  time.awake(1_234);
  expect(clock.now()).toBe(1_001_234);
});

test('setting the wall clock changes nothing', () => {
  const time = turnable();
  const clock = createClock(time);
  time.awake(5_000);
  time.set(0);
  expect(clock.now()).toBe(1_005_000);
  time.set(Number.MAX_SAFE_INTEGER);
  time.awake(5_000);
  expect(clock.now()).toBe(1_010_000);
});

test('time asleep counts', () => {
  const time = turnable();
  const clock = createClock(time);
  time.awake(5_000);
  clock.now();
  time.sleep(8 * HOUR);
  time.awake(1_500);
  expect(Math.abs(clock.now() - (1_006_500 + 8 * HOUR))).toBeLessThan(20);
  time.sleep(HOUR);
  time.awake(1_500);
  expect(Math.abs(clock.now() - (1_008_000 + 9 * HOUR))).toBeLessThan(20);
});

test('the coarseness of the uptime never makes time run backwards or drift', () => {
  const time = turnable();
  const clock = createClock(time);
  let last = clock.now();
  for (let step = 0; step < 2_000; step += 1) {
    time.awake(7.3);
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  expect(Math.abs(last - 1_014_600)).toBeLessThanOrEqual(1);
});

test('the machine’s clock agrees with the wall clock as long as nobody sets it', () => {
  const before = Date.now();
  const now = createClock().now();
  expect(now).toBeGreaterThan(before - 1_000);
  expect(now).toBeLessThan(Date.now() + 1_000);
});

test('calls back once, or not at all when taken back', async () => {
  const clock = createClock();
  const called = vi.fn<() => void>();
  clock.after(1, called)();
  await new Promise<void>((resolve) => void clock.after(20, resolve));
  expect(called).not.toHaveBeenCalled();
});

test('does not call back before the time, and the test clock runs timers in order at their own time', async () => {
  const clock = createTestClock(0);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b${clock.now()}`));
  clock.after(10, () => {
    seen.push(`a${clock.now()}`);
    clock.after(5, () => seen.push(`c${clock.now()}`));
  });
  clock.after(15, () => seen.push('never'))();
  await clock.advance(9);
  expect(seen).toEqual([]);
  await clock.advance(11);
  expect(seen).toEqual(['a10', 'c15', 'b20']);
  expect(clock.now()).toBe(20);
  expect(clock.waiting).toBe(0);
});
