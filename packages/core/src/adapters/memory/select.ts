import type { Document, Query, Sort, Tally } from '../../ports/store.ts';
import { boundsOf, isExact, type Bounds } from '../../query/bounds.ts';
import { compileFilter } from '../../query/evaluate.ts';
import type { Filter } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import { Counter } from './tally-table.ts';
import type { OrderedIndex } from './ordered-index.ts';
import { orderOf } from './ordered-index.ts';
import type { Row, RowOrder } from './sorted-rows.ts';
import type { Table } from './table.ts';

type FieldBounds = ReadonlyMap<string, Bounds>;

/** So few candidates are sorted sooner than an ordered index is walked past the documents that do not match. */
const FEW = 64;

const smallest = (indexes: readonly OrderedIndex[], bounds: FieldBounds): { index: OrderedIndex; size: number } | undefined => {
  let best: { index: OrderedIndex; size: number } | undefined;
  for (const index of indexes) {
    const size = index.sizeWithin(bounds);
    if (!best || size < best.size) best = { index, size };
  }
  return best;
};

/** Rows among which all that match are, in no particular order: by id, from the narrowest index, or all. */
const candidatesOf = (table: Table, bounds: FieldBounds): { rows: Iterable<Row>; size: number } => {
  const ids = bounds.get('id')?.values;
  if (ids) {
    const rows = ids.map((id) => table.rows.get(String(id))).filter((row) => row !== undefined);
    return { rows, size: rows.length };
  }
  const usable = table.indexes.filter((index) => index.serves(bounds));
  const best = smallest(usable, bounds);
  if (best && best.size < table.rows.size) return { rows: best.index.rowsWithin(bounds, false), size: best.size };
  // Nothing fixes a partition, but the range of an order field may still cut.
  const ranged = usable.find((index) => index.definition.order.length === 1 && bounds.has(index.definition.order[0] as string));
  return { rows: ranged?.rowsWithin(bounds, false) ?? table.rows.values(), size: table.rows.size };
};

const directed = (sort: Sort | undefined): RowOrder => {
  const order = orderOf(sort && sort.by !== 'id' ? [sort.by] : []);
  return sort?.descending ? (left, right) => order(right, left) : order;
};

/** The first `count` in order, without sorting all: the list is cut back whenever it has grown to twice that. */
const firstInOrder = (documents: Iterable<Document>, order: RowOrder, count: number): Document[] => {
  let kept: Document[] = [];
  const most = Math.max(1024, 2 * count);
  for (const document of documents) {
    kept.push(document);
    if (kept.length >= most && Number.isFinite(most)) kept = kept.toSorted(order).slice(0, count);
  }
  return kept.toSorted(order).slice(0, count);
};

function* documentsOf(rows: Iterable<Row>, where: Filter | undefined): Generator<Document> {
  const test = where ? compileFilter(where) : undefined;
  for (const row of rows) if (!test || test(row.document)) yield row.document;
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

/** The documents of a query, in its order. */
export const select = (table: Table, query: Query): Document[] => {
  const { where, sort, offset = 0, limit = Infinity } = query;
  const bounds = boundsOf(where);
  const candidates = candidatesOf(table, bounds);
  const ordered =
    sort && candidates.size > FEW && table.indexes.filter((index) => index.sortsBy(sort.by, bounds) && index.serves(bounds));
  const best = ordered ? smallest(ordered, bounds) : undefined;
  if (best) return take(documentsOf(best.index.rowsWithin(bounds, sort?.descending ?? false), where), offset, limit);
  return firstInOrder(documentsOf(candidates.rows, where), directed(sort), offset + limit).slice(offset);
};

export const count = (table: Table, where: Filter | undefined): number => {
  if (!where) return table.rows.size;
  const bounds = boundsOf(where);
  if (isExact(where)) {
    const tally = table.tallies.find((each) => each.serves([], bounds.keys()));
    if (tally) return [...tally.by([], bounds).entries()].reduce((sum, entry) => sum + entry.count, 0);
    const index = table.indexes.find((each) => each.serves(bounds) && each.countsExactly(bounds.keys()));
    if (index) return index.sizeWithin(bounds);
  }
  let found = 0;
  for (const _ of documentsOf(candidatesOf(table, bounds).rows, where)) found += 1;
  return found;
};

export const tallyOf = (table: Table, fields: readonly string[], where: Filter | undefined): Tally[] => {
  const bounds = boundsOf(where);
  if (!where || isExact(where)) {
    const kept = table.tallies.find((each) => each.serves(fields, bounds.keys()));
    if (kept) return kept.by(fields, bounds).tallies();
  }
  const readers = fields.map(scalarReader);
  const counter = new Counter();
  for (const document of documentsOf(candidatesOf(table, bounds).rows, where))
    counter.add(
      readers.map((read) => read(document)),
      1,
    );
  return counter.tallies();
};
