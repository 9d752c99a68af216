import { expect, test } from 'vitest';
import { bar, sparkline, stackedBar } from './bar.ts';
import { spansWidth } from './line.tsx';

test('something is never drawn as nothing, nor almost all as all', () => {
  const full = (part: number, whole: number): number => spansWidth([bar(part, whole, { width: 10 })[0] ?? '']);
  expect(full(1, 1_000)).toBe(1);
  expect(full(999, 1_000)).toBe(9);
  expect(full(1_000, 1_000)).toBe(10);
  expect(full(0, 0)).toBe(0);
});

test('a stacked bar has its width, and each part that is there has a cell', () => {
  const counts = [1_000_000, 1, 0, 3, 1];
  const spans = stackedBar(
    counts.map((count) => ({ count, tone: 'good' })),
    12,
  );
  expect(spansWidth(spans)).toBe(12);
  expect(spans.map((span) => spansWidth([span]) > 0)).toEqual([true, true, false, true, true]);
});

test('a sparkline shows the newest values against the largest of them', () => {
  expect(sparkline([9, 0, 4, 8], 3)).toBe('▁▅█');
  expect(sparkline([], 3)).toBe('▁▁▁');
});
