import { expect, it } from 'vitest';
import { createKeySet } from './key-set.ts';

it('knows exactly the keys that it was given', () => {
  const keys = createKeySet();
  const given = Array.from({ length: 50_000 }, (_, at) => `test\u001fuser${at}`);
  for (const key of given) {
    expect(keys.has(key)).toBe(false);
    keys.add(key);
    keys.add(key);
  }
  expect(keys.size).toBe(50_000);
  expect(given.every((key) => keys.has(key))).toBe(true);
  expect(Array.from({ length: 50_000 }, (_, at) => keys.has(`test\u001fuser${at}x`)).includes(true)).toBe(false);
});

it('tells apart keys that differ little', () => {
  const keys = createKeySet();
  for (const key of ['', '\u0000', '\u0000\u0000', 'a', 'A', 'ab', 'ba', '__proto__']) {
    expect(keys.has(key)).toBe(false);
    keys.add(key);
  }
  expect(keys.size).toBe(8);
});
