import type { Document } from '../../ports/store.ts';
import { within } from '../../query/bounds.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import { Counter } from '../counter.ts';
import type { FieldBounds, SelectableTally } from '../selectable.ts';
import type { SavedTally } from './saved-table.ts';

/** Groups counts by some of the fields they were counted by. */
export const regroup = (counts: Counter, fields: readonly string[], asked: readonly string[], bounds: FieldBounds): Counter => {
  const places = asked.map((field) => fields.indexOf(field));
  const result = new Counter(asked.length);
  for (const { key, count } of counts.entries()) {
    if (!fields.every((field, at) => within(bounds.get(field), key[at] ?? null))) continue;
    result.add(
      places.map((at) => key[at] ?? null),
      count,
    );
  }
  return result;
};

export const coversFields = (fields: readonly string[], asked: readonly string[], bounded: Iterable<string>): boolean =>
  [...asked, ...bounded].every((field) => fields.includes(field));

/** Counts kept up to date with every change, so that asking for them costs nothing. */
export const createTallyTable = (fields: readonly string[]) => {
  const readers = fields.map(scalarReader);
  const counter = new Counter(fields.length);
  const keyOf = (document: Document): Scalar[] => readers.map((read) => read(document));
  const tally: SelectableTally = {
    serves: (asked, bounded) => coversFields(fields, asked, bounded),
    by: (asked, bounds) => regroup(counter, fields, asked, bounds),
  };
  return {
    ...tally,
    roots: fields.map((path) => path.split('.', 1)[0] as string),
    add: (document: Document) => counter.add(keyOf(document), 1),
    remove: (document: Document) => counter.add(keyOf(document), -1),
    fields,
    save: (): SavedTally => ({ fields, counts: Array.from(counter.entries(), ({ key, count }) => [key, count] as const) }),
    restore({ counts }: SavedTally): void {
      for (const [key, count] of counts) counter.add(key, count);
    },
  };
};
