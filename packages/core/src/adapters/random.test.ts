import { expect, test } from 'vitest';
import { createTestRandom } from '../testing/test-random.ts';
import { createRandom } from './random.ts';

test('ids are 16 characters of Crockford base32 and do not repeat', () => {
  const random = createRandom();
  const ids = new Set(Array.from({ length: 10_000 }, () => random.id()));
  expect(ids.size).toBe(10_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
});

test('bytes come in any length, and what was given out does not change afterwards', () => {
  const random = createRandom();
  const drawn = [24, 0, 8_000, 8_192, 20_000, 24, 500].map((length) => random.bytes(length));
  const copies = drawn.map((bytes) => Uint8Array.from(bytes));
  for (let time = 0; time < 2_000; time += 1) random.bytes(24);
  expect(drawn.map(({ length }) => length)).toEqual([24, 0, 8_000, 8_192, 20_000, 24, 500]);
  expect(drawn).toEqual(copies);
  for (const bytes of drawn.filter(({ length }) => length > 0)) expect(bytes.some((byte) => byte !== 0)).toBe(true);
});

test('no byte is given out twice', () => {
  const random = createRandom();
  const drawn = new Set(Array.from({ length: 5_000 }, () => Buffer.from(random.bytes(24)).toString('hex')));
  expect(drawn.size).toBe(5_000);
});

test('numbers are spread evenly over [0, 1)', () => {
  const random = createTestRandom('spread');
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 10_000; draw += 1) {
    const number = random.number();
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(1);
    const bucket = Math.floor(number * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(200);
});

test('the test source repeats itself for a seed, and differs for another', () => {
  const draw = (seed: string): unknown[] => {
    const random = createTestRandom(seed);
    return [random.id(), random.number(), [...random.bytes(5)]];
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});
