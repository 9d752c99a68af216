import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWaitingValues } from './waiting-values.ts';

// Hashes of few low bits, so that they meet in one place, and of many.
const hash = fc.oneof(
  fc.nat(20),
  fc.nat({ max: 2 ** 31 - 1 }).map((value) => value * 2 ** 20 + (value % 7)),
);

test('knows the rows of each hash, and all of them in order', () => {
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 3_000 }), (hashes) => {
      const values = createWaitingValues();
      for (let life = 0; life < 2; life += 1) {
        hashes.forEach((each, row) => values.add(each, row));
        expect(values.size).toBe(hashes.length);
        for (const each of [...new Set(hashes)].slice(0, 10)) {
          const expected = hashes.flatMap((other, row) => (other === each ? [row] : []));
          expect(values.rowsOf(each).toSorted((left, right) => left - right)).toEqual(expected);
        }
        expect(values.rowsOf(2 ** 51 + 1)).toEqual([]);
        const ordered = [...values.inOrder()];
        expect(ordered.map(([each]) => each)).toEqual(hashes.toSorted((left, right) => left - right));
        expect(ordered.map(([, row]) => hashes[row])).toEqual(ordered.map(([each]) => each));
        values.clear();
        expect(values.size).toBe(0);
        expect([...values.inOrder()]).toEqual([]);
      }
    }),
    { numRuns: 20 },
  );
});
