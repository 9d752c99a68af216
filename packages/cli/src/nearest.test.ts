import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const NAMES = ['pokepool.allocate', 'pokepool.check', 'bls.register'];

test.each([
  ['pokepool.alocate', 'pokepool.allocate'],
  ['pokepol.chekc', 'pokepool.check'],
  ['bls.regsiter', 'bls.register'],
  ['completely-else', undefined],
  ['x'.repeat(10_000), undefined],
])('%j is near to %j', (given, expected) => {
  expect(nearest(given, NAMES)).toBe(expected);
});
