import type { Document, IndexDefinition } from '../ports/store.ts';
import { admitsNull, type Bounds } from '../query/bounds.ts';
import type { Scalar } from '../query/filter.ts';
import { scalarReader, type ScalarReader } from '../query/path.ts';
import { compareScalars, compareText } from '../query/scalars.ts';
import type { Counter } from './counter.ts';

export type FieldBounds = ReadonlyMap<string, Bounds>;
export type DocumentOrder = (left: Document, right: Document) => number;

/** An index as queries see it, wherever it is kept. */
export interface SelectableIndex {
  readonly definition: IndexDefinition;
  /** Is every document within the bounds in this index? */
  serves(bounds: FieldBounds): boolean;
  /** About how many documents there are in the partitions within the bounds. */
  sizeWithin(bounds: FieldBounds): number;
  /** Exactly how many. */
  countWithin(bounds: FieldBounds): number;
  /** Those documents in the index's order, cut by what the bounds say of the first order field; or views of them. */
  documentsWithin(bounds: FieldBounds, descending: boolean, views?: 'views'): Iterable<Document>;
}

export interface SelectableTally {
  /** Can counts by these fields, for documents within bounds on those fields, be told from here? */
  serves(asked: readonly string[], bounded: Iterable<string>): boolean;
  by(asked: readonly string[], bounds: FieldBounds): Counter;
}

/** A collection as queries see it. */
export interface Selectable {
  readonly size: number;
  readonly indexes: readonly SelectableIndex[];
  readonly tallies: readonly SelectableTally[];
  /** Paths whose value, where not null, is unique. */
  readonly unique: readonly string[];
  find(id: string): Document | undefined;
  /** By a value, not null, at a unique path. */
  findBy(path: string, value: Scalar): Document | undefined;
  documents(): Iterable<Document>;
}

/** By these fields, ties by id. */
export const orderOf = (fields: readonly string[]): DocumentOrder => {
  const readers = fields.map(scalarReader);
  const [only] = readers;
  if (only && readers.length === 1)
    return (left, right) => compareScalars(only(left), only(right)) || compareText(left.id, right.id);
  return (left, right) => {
    for (const read of readers) {
      const order = compareScalars(read(left), read(right));
      if (order !== 0) return order;
    }
    return compareText(left.id, right.id);
  };
};

/** As `orderOf`, for many documents that are compared with one, whose values are read once. */
export const beforeOf = (fields: readonly string[]): ((place: Document) => (document: Document) => boolean) => {
  const readers = fields.map(scalarReader);
  return (place) => {
    const values = readers.map((read) => read(place));
    return (document) => {
      for (let at = 0; at < readers.length; at += 1) {
        const order = compareScalars((readers[at] as ScalarReader)(document), values[at] as Scalar);
        if (order !== 0) return order < 0;
      }
      return compareText(document.id, place.id) < 0;
    };
  };
};

/** Which fields of an index, partition then order, are null in a document: a bit for each. Not 0: the index leaves it out. */
export const nullsIn = (readers: readonly ScalarReader[], document: Document): number => {
  let nulls = 0;
  for (let at = 0; at < readers.length; at += 1) if ((readers[at] as ScalarReader)(document) === null) nulls |= 1 << at;
  return nulls;
};

/**
 * Does an index hold all documents within the bounds? It leaves out those that do not fit its `where`, and those with null in one
 * of its fields: `leftOut` tells in which, for all that it leaves out. The bounds must rule each of them out.
 */
export const isServedBy = (definition: IndexDefinition, bounds: FieldBounds, leftOut: () => Iterable<number>): boolean => {
  const { partition, order, where = {} } = definition;
  const implied = Object.entries(where).every(([path, value]) => {
    const values = bounds.get(path)?.values;
    return values?.length === 1 && values[0] === value;
  });
  if (!implied) return false;
  const paths = [...partition, ...order];
  let ruledOut = 0;
  for (const [at, path] of paths.entries()) if (!admitsNull(bounds.get(path))) ruledOut |= 1 << at;
  if (ruledOut === 2 ** paths.length - 1) return true;
  for (const nulls of leftOut()) if ((nulls & ruledOut) === 0) return false;
  return true;
};

/** Are documents within the bounds, taken from the index, in the order of this field (ties by id)? */
export const sortsBy = ({ definition }: SelectableIndex, field: string, bounds: FieldBounds): boolean => {
  const free = definition.order.filter((path) => path === field || bounds.get(path)?.values?.length !== 1);
  return free.length === 1 && free[0] === field;
};

/** Do bounds on these fields tell whole partitions apart, so that their sizes are counts? */
export const countsExactly = ({ definition }: SelectableIndex, bounded: Iterable<string>): boolean =>
  [...bounded].every((path) => definition.partition.includes(path) || Object.hasOwn(definition.where ?? {}, path));
