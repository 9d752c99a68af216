import { expect, test } from 'vitest';
import { attemptFigures } from './attempt-figures.ts';

const NOW = Date.parse('2026-03-03T12:00:00Z');
const DAY = 86_400_000;
const attempt = (outcome: string, { daysAgo = 0, proxy = null as string | null, durationMs = 1_000 } = {}) => ({
  site: 'centre.example.test',
  outcome,
  durationMs,
  proxy,
  at: NOW - daysAgo * DAY,
});

test('attempts are told by day, by proxy and by error, with the share that succeeded', () => {
  const figures = attemptFigures(
    [
      attempt('registered', { proxy: 'dz-1', durationMs: 2_000 }),
      attempt('registered', { proxy: 'dz-1', durationMs: 4_000 }),
      attempt('site_down', { proxy: 'es-1' }),
      attempt('network', { daysAgo: 2 }),
      attempt('network', { daysAgo: 2 }),
      attempt('duplicate_email', { daysAgo: 2 }),
    ],
    { now: NOW, days: 3 },
  );
  expect(figures).toMatchObject({ attempts: 6, registered: 2, meanMs: 3_000, p95Ms: 4_000, mostlyFailed: 'network' });
  expect(figures.rate).toBeCloseTo(1 / 3);
  expect(figures.errors).toEqual([
    { kind: 'network', count: 2 },
    { kind: 'site_down', count: 1 },
    { kind: 'duplicate_email', count: 1 },
  ]);
  expect(figures.days).toEqual([
    { day: '2026-03-01', attempts: 3, registered: 0, rate: 0, meanMs: null, mostlyFailed: 'network' },
    { day: '2026-03-02', attempts: 0, registered: 0, rate: null, meanMs: null, mostlyFailed: null },
    { day: '2026-03-03', attempts: 3, registered: 2, rate: 2 / 3, meanMs: 3_000, mostlyFailed: 'site_down' },
  ]);
  expect(figures.proxies.map(({ proxy, attempts, rate, mostlyFailed }) => [proxy, attempts, rate, mostlyFailed])).toEqual([
    ['direct', 3, 0, 'network'],
    ['dz-1', 2, 1, null],
    ['es-1', 1, 0, 'site_down'],
  ]);
});

test('no attempts have no rate', () => {
  expect(attemptFigures([], { now: NOW, days: 1 })).toMatchObject({
    attempts: 0,
    rate: null,
    meanMs: null,
    p95Ms: null,
    errors: [],
  });
});
