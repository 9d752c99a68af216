import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateWindow, DEFAULT_MAX_REST_MS, type RateLimits, type RateWindow, type Reservation } from './rate-window.ts';

const limits: RateLimits = { limit: 3, windowMs: 60_000, cooldownMs: 0 };
const standing = (more: Partial<RateLimits> = {}): { window: RateWindow; move: (ms: number) => void; at: () => number } => {
  let time = 1_000_000;
  const at = (): number => time;
  return { window: createRateWindow({ ...limits, ...more }, at), move: (ms) => void (time += ms), at };
};
const make = (window: RateWindow): void => {
  const reservation = window.reserve();
  expect(reservation).toBeDefined();
  reservation?.sent();
  reservation?.finish();
};

/** The most times within any stretch of the window. */
const densest = (times: readonly number[], windowMs: number): number => {
  const sorted = times.toSorted((left, right) => left - right);
  return Math.max(0, ...sorted.map((time, at) => sorted.slice(at).filter((other) => other < time + windowMs).length));
};

describe('a rate window', () => {
  it('allows the limit, then nothing until the first has left the window, to the moment', () => {
    const { window, move, at } = standing();
    make(window);
    move(10_000);
    make(window);
    make(window);
    expect(window.reserve()).toBeUndefined();
    expect(window.availableAt()).toBe(at() + 50_000);
    move(49_999);
    expect(window.reserve()).toBeUndefined();
    move(1);
    make(window);
    expect(window.reserve()).toBeUndefined();
  });

  it('cools down once the limit is reached', () => {
    const { window, move, at } = standing({ cooldownMs: 90_000 });
    for (let made = 0; made < 3; made += 1) make(window);
    expect(window.availableAt()).toBe(at() + 90_000);
    move(89_999);
    expect(window.reserve()).toBeUndefined();
    move(1);
    make(window);
  });

  it('takes the longer of two rests, and none beyond the bound', () => {
    const { window, at } = standing();
    window.rest(at() + 20_000);
    window.rest(at() + 10_000);
    expect(window.availableAt()).toBe(at() + 20_000);
    window.rest(Number.POSITIVE_INFINITY);
    expect(window.availableAt()).toBe(at() + DEFAULT_MAX_REST_MS);
    window.rest(Number.NaN);
    expect(window.availableAt()).toBe(at() + DEFAULT_MAX_REST_MS);
  });

  it('counts what was reserved and not yet sent, however long that takes, and gives back what never was', () => {
    const { window, move } = standing({ cooldownMs: 5_000 });
    const open = [window.reserve(), window.reserve(), window.reserve()];
    move(3_600_000);
    expect(window.reserve()).toBeUndefined();
    expect(window.availableAt()).toBe(Infinity);
    open[0]?.cancel();
    open[0]?.cancel();
    expect(window.uses()).toBe(2);
    make(window);
    open[1]?.sent();
    open[1]?.cancel();
    expect([window.uses(), window.inFlight()]).toEqual([3, 1]);
  });

  it('holds the bound of requests at once', () => {
    const { window } = standing({ limit: 100, maxConcurrent: 2 });
    const first = window.reserve();
    window.reserve();
    expect(window.reserve()).toBeUndefined();
    first?.finish();
    first?.finish();
    expect(window.reserve()).toBeDefined();
    expect(window.reserve()).toBeUndefined();
  });

  it('keeps its bound of requests at once over a rest, and over other limits', () => {
    const { window, move, at } = standing({ limit: 100, maxConcurrent: 2 });
    window.reserve();
    window.rest(at() + 5_000);
    move(5_000);
    window.configure({ ...limits, limit: 50, maxConcurrent: 2 });
    expect(window.reserve()).toBeDefined();
    expect(window.reserve()).toBeUndefined();
  });

  it('goes on within its limits after a restart', () => {
    const { window, move, at } = standing();
    make(window);
    window.reserve();
    window.rest(at() + 5_000);
    move(2_000);
    const again = createRateWindow(
      limits,
      at,
      JSON.parse(JSON.stringify(window.snapshot())) as ReturnType<RateWindow['snapshot']>,
    );
    expect(again.uses()).toBe(2);
    expect(again.availableAt()).toBe(at() + 3_000);
    move(3_000);
    make(again);
    expect(again.reserve()).toBeUndefined();
    again.reset();
    make(again);
  });

  it('is never over its limit in any stretch, whatever a thousand callers do', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 400 }),
      delay: fc.integer({ min: 0, max: 2_000 }),
      drop: fc.boolean(),
    });
    const bounds = fc.record({
      limit: fc.integer({ min: 1, max: 12 }),
      windowMs: fc.integer({ min: 1, max: 3_000 }),
      cooldownMs: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(bounds, fc.array(step, { minLength: 1_000, maxLength: 1_000 }), (given, callers) => {
        let time = 0;
        const window = createRateWindow(given, () => time);
        const waiting: { at: number; reservation: Reservation; drop: boolean }[] = [];
        const sent: number[] = [];
        const settle = (until: number): void => {
          waiting.sort((left, right) => left.at - right.at);
          while (waiting[0] && waiting[0].at <= until) {
            const { at, reservation, drop } = waiting.shift() as (typeof waiting)[number];
            time = Math.max(time, at);
            if (drop) reservation.cancel();
            else {
              reservation.sent();
              sent.push(time);
              reservation.finish();
            }
          }
          time = until;
        };
        for (const { wait, delay, drop } of callers) {
          settle(time + wait);
          const backAt = window.availableAt();
          const reservation = window.reserve();
          expect(reservation === undefined).toBe(backAt > time);
          if (reservation) waiting.push({ at: time + delay, reservation, drop });
        }
        settle(time + 10_000);
        expect(densest(sent, given.windowMs)).toBeLessThanOrEqual(given.limit);
        expect(window.inFlight()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
