import type { CollectionDefinition, Document } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import { coversFields, regroup } from '../memory/tally-table.ts';
import { nullsIn, type SelectableTally } from '../selectable.ts';
import type { Counts } from './counts.ts';

export const rootOf = (path: string): string => path.split('.', 1)[0] as string;

/** A number that follows a document in and out of the collection. */
export interface KeptNumber {
  /** Top-level names of the fields it depends on. */
  readonly roots: readonly string[];
  add(document: Document, by: number): void;
  /** Many that come: mostly they say the same, and are counted together. */
  addAll(documents: readonly Document[]): void;
  /** One document in the place of another. */
  change(before: Document, after: Document): void;
}

/** The numbers kept beside a collection: its size, its tallies, and how many documents each index leaves out. */
export const createKeptNumbers = ({ indexes, tallies = [] }: CollectionDefinition, counts: Counts) => {
  const leftOutName = (index: string): string => `left out of ${index}`;
  const tallyName = (fields: readonly string[]): string => `tally ${JSON.stringify(fields)}`;
  const numbers: KeptNumber[] = [
    {
      roots: ['id'],
      add: (_, by) => counts.add('size', [], by),
      addAll: (documents) => counts.add('size', [], documents.length),
      change: () => undefined,
    },
    ...tallies.map((fields) => {
      const readers = fields.map(scalarReader);
      const tally = tallyName(fields);
      const keyOf = (document: Document) => readers.map((read) => read(document));
      return {
        roots: fields.map(rootOf),
        add: (document: Document, by: number) => counts.add(tally, keyOf(document), by),
        addAll(documents: readonly Document[]): void {
          let key: Scalar[] = [];
          let count = 0;
          for (const document of documents) {
            // Compared before it is read into a list of its own.
            if (count > 0 && readers.every((read, at) => read(document) === key[at])) {
              count += 1;
              continue;
            }
            if (count > 0) counts.add(tally, key, count);
            key = keyOf(document);
            count = 1;
          }
          if (count > 0) counts.add(tally, key, count);
        },
        change(before: Document, after: Document): void {
          const from = keyOf(before);
          const to = keyOf(after);
          if (from.every((value, at) => value === to[at])) return;
          counts.add(tally, from, -1);
          counts.add(tally, to, 1);
        },
      };
    }),
    ...Object.entries(indexes).map(([index, { partition, order, where = {} }]) => {
      const conditions = Object.entries(where).map(([path, value]) => ({ read: scalarReader(path), value }));
      const readers = [...partition, ...order].map(scalarReader);
      const leftOut = leftOutName(index);
      const nullsOf = (document: Document): number =>
        conditions.every(({ read, value }) => read(document) === value) ? nullsIn(readers, document) : 0;
      const add = (nulls: number, by: number): void => {
        if (nulls !== 0) counts.add(leftOut, [nulls], by);
      };
      return {
        roots: [...partition, ...order, ...Object.keys(where)].map(rootOf),
        add: (document: Document, by: number) => add(nullsOf(document), by),
        addAll(documents: readonly Document[]): void {
          let nulls = 0;
          let count = 0;
          for (const document of documents) {
            const each = nullsOf(document);
            if (each !== nulls) {
              add(nulls, count);
              nulls = each;
              count = 0;
            }
            count += 1;
          }
          add(nulls, count);
        },
        change(before: Document, after: Document): void {
          const from = nullsOf(before);
          const to = nullsOf(after);
          if (from === to) return;
          add(from, -1);
          add(to, 1);
        },
      };
    }),
  ];
  return {
    numbers,
    size: (): number => counts.total('size'),
    /** Which fields are null in documents that an index leaves out: see `isServedBy`. */
    leftOut: (index: string): number[] => [...counts.read(leftOutName(index), 1).entries()].map(({ key }) => Number(key[0])),
    tallies: tallies.map((fields): SelectableTally => ({
      serves: (asked, bounded) => coversFields(fields, asked, bounded),
      by: (asked, bounds) => regroup(counts.read(tallyName(fields), fields.length), fields, asked, bounds),
    })),
  };
};
