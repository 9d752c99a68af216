import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toColumn } from './columns.ts';
import { createWaitingRows } from './waiting-rows.ts';

const row = fc.tuple(fc.constantFrom('first', 'second'), fc.integer({ min: 10, max: 30 }), fc.boolean());

const compareFields = (left: unknown, right: unknown): number => {
  const [one, other] = [JSON.stringify(left), JSON.stringify(right)];
  return one === other ? 0 : one < other ? -1 : 1;
};

test('gives every row once, by its fields, with what an index keeps of it', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 500 }), (found) => {
      const rows = createWaitingRows(3);
      for (let life = 0; life < 2; life += 1) {
        found.forEach((fields, at) => rows.add(fields, `id-${at}`, at));
        expect(rows.size).toBe(found.length);
        const told = [...rows.inOrder()];
        for (const [name, number, flag, , seq] of told) expect([name, number, flag]).toEqual(found[Number(seq)]?.map(toColumn));
        const sorted = found.map((_, at) => at).toSorted((left, right) => compareFields(found[left], found[right]));
        expect(told.map(([, , , , seq]) => found[Number(seq)])).toEqual(sorted.map((at) => found[at]));
        expect(new Set(told.map(([, , , id]) => id))).toEqual(new Set(found.map((_, at) => `id-${at}`)));
        rows.clear();
        expect(rows.size).toBe(0);
        expect([...rows.inOrder()]).toEqual([]);
      }
    }),
    { numRuns: 20 },
  );
});
