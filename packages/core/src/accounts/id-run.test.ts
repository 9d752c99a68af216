import { expect, test } from 'vitest';
import { createTestRandom } from '../testing/test-random.ts';
import { createIdRun } from './id-run.ts';

test('ids of a run look like any others, do not repeat, and are in order', () => {
  const fresh = createIdRun(createTestRandom('run'));
  const ids = Array.from({ length: 40_000 }, () => fresh());
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test('each run begins elsewhere', () => {
  const random = createTestRandom('runs');
  const beginnings = new Set(Array.from({ length: 100 }, () => createIdRun(random)().slice(0, 10)));
  expect(beginnings.size).toBe(100);
});
