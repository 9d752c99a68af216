import type { Document, Query, Sort, Tally } from '../ports/store.ts';
import { boundsOf, isExact } from '../query/bounds.ts';
import { compileFilter } from '../query/evaluate.ts';
import type { Filter } from '../query/filter.ts';
import { scalarReader } from '../query/path.ts';
import { Counter } from './counter.ts';
import { countsExactly, orderOf, sortsBy } from './selectable.ts';
import type { DocumentOrder, FieldBounds, Selectable, SelectableIndex } from './selectable.ts';

/** So few candidates are sorted sooner than an ordered index is walked past the documents that do not match. */
const FEW = 64;

interface Choice {
  readonly index: SelectableIndex;
  readonly size: number;
}

/**
 * Do the bounds cut the second index to as few documents as the first, or fewer? Then there is no need to ask the first, which may have
 * thousands of partitions within them: the groups of the records of one kind.
 */
const isNoSmaller = (left: SelectableIndex, right: SelectableIndex, bounds: FieldBounds): boolean => {
  const fixed = ({ definition: { partition, where = {} } }: SelectableIndex): string[] => [
    ...partition.filter((path) => bounds.has(path)),
    ...Object.keys(where),
  ];
  const known = fixed(right);
  const asked = fixed(left);
  if (!asked.every((path) => known.includes(path))) return false;
  return known.length > asked.length || right.definition.partition.length < left.definition.partition.length;
};

const smallest = (indexes: readonly SelectableIndex[], bounds: FieldBounds): Choice | undefined => {
  let best: Choice | undefined;
  for (const index of indexes) {
    if (indexes.some((other) => other !== index && isNoSmaller(index, other, bounds))) continue;
    const size = index.sizeWithin(bounds);
    if (!best || size < best.size) best = { index, size };
  }
  return best;
};

/** The documents that are named by their id or by a value that is unique; undefined when the bounds name none. */
const namedBy = (table: Selectable, bounds: FieldBounds): Document[] | undefined => {
  const ids = bounds.get('id')?.values;
  if (ids) return ids.map((id) => table.find(String(id))).filter((document) => document !== undefined);
  for (const path of table.unique) {
    const values = bounds.get(path)?.values;
    if (values && !values.includes(null))
      return values.map((value) => table.findBy(path, value)).filter((document) => document !== undefined);
  }
  return undefined;
};

/** Documents among which all that match are, in no particular order: named ones, from the narrowest index, or all. */
const candidatesOf = (table: Selectable, bounds: FieldBounds): { documents: Iterable<Document>; size: number } => {
  const named = namedBy(table, bounds);
  if (named) return { documents: named, size: named.length };
  const usable = table.indexes.filter((index) => index.serves(bounds));
  const best = smallest(usable, bounds);
  if (best && best.size < table.size) return { documents: best.index.documentsWithin(bounds, false), size: best.size };
  // Nothing fixes a partition, but the range of an order field may still cut.
  const ranged = usable.find((index) => bounds.has(index.definition.order[0] ?? ''));
  return { documents: ranged?.documentsWithin(bounds, false) ?? table.documents(), size: table.size };
};

const directed = (sort: Sort | undefined): DocumentOrder => {
  const order = orderOf(sort && sort.by !== 'id' ? [sort.by] : []);
  return sort?.descending ? (left, right) => order(right, left) : order;
};

/** The first `count` in order, without sorting all: the list is cut back whenever it has grown to twice that. */
const firstInOrder = (documents: Iterable<Document>, order: DocumentOrder, count: number): Document[] => {
  let kept: Document[] = [];
  const most = Math.max(1024, 2 * count);
  for (const document of documents) {
    kept.push(document);
    if (kept.length >= most && Number.isFinite(most)) kept = kept.toSorted(order).slice(0, count);
  }
  return kept.toSorted(order).slice(0, count);
};

function* matching(documents: Iterable<Document>, where: Filter | undefined): Generator<Document> {
  const test = where ? compileFilter(where) : undefined;
  for (const document of documents) if (!test || test(document)) yield document;
}

const take = (documents: Iterable<Document>, offset: number, limit: number): Document[] => {
  const taken: Document[] = [];
  if (limit === 0) return taken;
  let passed = 0;
  for (const document of documents) {
    if (passed < offset) {
      passed += 1;
      continue;
    }
    taken.push(document);
    if (taken.length >= limit) break;
  }
  return taken;
};

/** An index whose walk is the answer: in the order asked for, and with nothing in it that the filter would not let through. */
const walked = (table: Selectable, { where, sort }: Query, bounds: FieldBounds): SelectableIndex | undefined => {
  if (!where || !sort || !isExact(where)) return undefined;
  return table.indexes.find(
    (index) => countsExactly(index, bounds.keys()) && sortsBy(index, sort.by, bounds) && index.serves(bounds),
  );
};

/** The documents of a query, in its order. With `views`, perhaps only what their index and the table's changes need of them. */
export const select = (table: Selectable, query: Query, views?: 'views'): Document[] => {
  const { where, sort, offset = 0, limit = Infinity } = query;
  const bounds = boundsOf(where);
  const walk = walked(table, query, bounds);
  if (walk) return take(walk.documentsWithin(bounds, sort?.descending ?? false, views), offset, limit);
  const candidates = candidatesOf(table, bounds);
  const ordered =
    sort && candidates.size > FEW && table.indexes.filter((index) => sortsBy(index, sort.by, bounds) && index.serves(bounds));
  const best = ordered ? smallest(ordered, bounds) : undefined;
  if (best) return take(matching(best.index.documentsWithin(bounds, sort?.descending ?? false), where), offset, limit);
  return firstInOrder(matching(candidates.documents, where), directed(sort), offset + limit).slice(offset);
};

export const count = (table: Selectable, where: Filter | undefined): number => {
  if (!where) return table.size;
  const bounds = boundsOf(where);
  if (isExact(where)) {
    const tally = table.tallies.find((each) => each.serves([], bounds.keys()));
    if (tally) return [...tally.by([], bounds).entries()].reduce((sum, entry) => sum + entry.count, 0);
    const index = table.indexes.find((each) => each.serves(bounds) && countsExactly(each, bounds.keys()));
    if (index) return index.countWithin(bounds);
  }
  let found = 0;
  for (const _ of matching(candidatesOf(table, bounds).documents, where)) found += 1;
  return found;
};

export const tallyOf = (table: Selectable, fields: readonly string[], where: Filter | undefined): Tally[] => {
  const bounds = boundsOf(where);
  if (!where || isExact(where)) {
    const kept = table.tallies.find((each) => each.serves(fields, bounds.keys()));
    if (kept) return kept.by(fields, bounds).tallies();
  }
  const readers = fields.map(scalarReader);
  const counter = new Counter(fields.length);
  for (const document of matching(candidatesOf(table, bounds).documents, where))
    counter.add(
      readers.map((read) => read(document)),
      1,
    );
  return counter.tallies();
};
