import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundleTimes, unbundleTimes } from './bundle-times.ts';

const ascending = fc
  .array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 2_000 })
  .map((times) => times.toSorted((left, right) => left - right));

it('few times are kept as they are', () => {
  expect(bundleTimes([])).toEqual([]);
  expect(bundleTimes([1, 1, 5])).toEqual([1, 1, 5]);
});

it('many times become few, none lost and none earlier than it was, nor much later', () => {
  fc.assert(
    fc.property(ascending, (times) => {
      const bundled = bundleTimes(times);
      expect(bundled.length).toBeLessThanOrEqual(17);
      const back = unbundleTimes(bundled);
      expect(back).toHaveLength(times.length);
      const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
      for (const [at, time] of times.entries()) {
        expect(back[at]).toBeGreaterThanOrEqual(time);
        expect(back[at]).toBeLessThanOrEqual(time + Math.max(1, span / 16));
      }
    }),
  );
});
