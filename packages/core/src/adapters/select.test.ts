import { expect, it } from 'vitest';
import type { CollectionDefinition, Document } from '../ports/store.ts';
import { all, eq } from '../query/filter.ts';
import { createMemoryTable } from './memory/table.ts';
import { select } from './select.ts';

const RECORDS: CollectionDefinition = {
  name: 'records',
  indexes: {
    group: { partition: ['kind', 'group'], order: ['at'] },
    kind: { partition: ['kind'], order: ['at'] },
    old: { partition: ['kind'], order: ['at'], where: { state: 'old' } },
  },
};

interface Entry extends Document {
  readonly kind: string;
  readonly group: string;
  readonly state: string;
  readonly at: number;
}

const filled = () => {
  const table = createMemoryTable(RECORDS);
  for (let number = 0; number < 900; number += 1) {
    const entry: Entry = {
      id: `e${number}`,
      kind: number % 3 === 0 ? 'a' : 'b',
      group: `g${number}`,
      state: number % 4 === 0 ? 'old' : 'new',
      at: number,
    };
    table.insert(entry);
  }
  const asked: string[] = [];
  const indexes = table.indexes.map((index, at) => ({
    definition: index.definition,
    serves: index.serves.bind(index),
    countWithin: index.countWithin.bind(index),
    documentsWithin: index.documentsWithin.bind(index),
    sizeWithin: (bounds: Parameters<typeof index.sizeWithin>[0]) => {
      asked.push(Object.keys(RECORDS.indexes)[at] as string);
      return index.sizeWithin(bounds);
    },
  }));
  return { table: { ...table, size: table.size, indexes }, asked };
};

const between = all(eq('kind', 'b'), { op: 'gte', field: 'at', value: 100 }, { op: 'lte', field: 'at', value: 200 });

it('does not look through the groups of all records for those of a time', () => {
  const { table, asked } = filled();
  const found = select(table, { where: between, sort: { by: 'at' }, limit: 5 }) as Entry[];
  expect(found.map(({ at }) => at)).toEqual([100, 101, 103, 104, 106]);
  expect(asked).not.toContain('group');
});

it('asks the narrower index where the bounds name what it is about', () => {
  const { table, asked } = filled();
  expect(select(table, { where: all(between, eq('group', 'g101')) })).toMatchObject([{ at: 101 }]);
  expect(asked).toContain('group');
  expect(
    select(table, { where: all(between, eq('state', 'old')), sort: { by: 'at', descending: true }, limit: 2 }),
  ).toMatchObject([{ at: 200 }, { at: 196 }]);
  expect(asked).toContain('old');
});
