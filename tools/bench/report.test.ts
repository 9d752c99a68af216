import { expect, test } from 'vitest';
import { defineBenchmark, type Bar } from './benchmark.ts';
import { holds, measure, median, quantile } from './report.ts';

test('median and quantile are of the samples in order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([5, 1, 4, 2, 3], 0.95)).toBe(5);
  expect(
    quantile(
      Array.from({ length: 100 }, (_, at) => at + 1),
      0.95,
    ),
  ).toBe(95);
});

test.each<[bar: Bar, figure: number, ratio: number | null, expected: boolean]>([
  [{ atMost: 3 }, 3, null, true],
  [{ atMost: 3 }, 3.01, null, false],
  [{ atLeast: 40_000 }, 39_999, null, false],
  [{ ratioAtMost: 0.5 }, 1, 0.4, true],
  [{ ratioAtMost: 0.5 }, 1, null, false],
  [{ atMost: 3, ratioAtLeast: 2 }, 1, 1.9, false],
  [{}, Number.NaN, null, false],
])('a bar %j holds a figure of %d at ratio %j: %j', (bar, figure, ratio, expected) => {
  expect(holds(bar, figure, ratio)).toBe(expected);
});

test('rounds are run in turns with the comparison, after one that does not count', async () => {
  const order: string[] = [];
  const report = await measure(
    defineBenchmark({
      name: 'example',
      title: 'An example',
      n: 3,
      unit: 'ms',
      bar: { ratioAtMost: 0.5 },
      also: { p99: { unit: 'ms', bar: { atMost: 10 } } },
      rounds: 2,
      setup: async () => order,
      close: async (seen) => void seen.push('close'),
      run: async (seen, round) => {
        seen.push(`ours ${round}`);
        return { samples: round === 0 ? [1_000] : [1, 2, 3], also: { p99: 4 } };
      },
      versus: {
        name: 'naive',
        run: async (seen, round) => {
          seen.push(`naive ${round}`);
          return 8;
        },
      },
    }),
  );
  expect(order).toEqual(['ours 0', 'naive 0', 'ours 1', 'naive 1', 'ours 2', 'naive 2', 'close']);
  expect(report).toMatchObject({
    rounds: [2, 2],
    median: 2,
    p95: 3,
    ratio: 0.25,
    holds: true,
    versus: { name: 'naive', median: 8 },
  });
});

test('a further figure that was promised and not given fails', async () => {
  const report = await measure(
    defineBenchmark({
      name: 'example',
      title: 'An example',
      n: 1,
      unit: 'ms',
      bar: { atMost: 10 },
      also: { p99: { unit: 'ms', bar: { atMost: 10 } } },
      setup: async () => null,
      run: async () => 1,
    }),
    1,
  );
  expect(report.holds).toBe(false);
});
