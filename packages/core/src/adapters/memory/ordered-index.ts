import type { Document, IndexDefinition } from '../../ports/store.ts';
import { within } from '../../query/bounds.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader, type ScalarReader } from '../../query/path.ts';
import { compareScalars } from '../../query/scalars.ts';
import { ScalarTree } from '../scalar-tree.ts';
import { mergeCursors } from '../merge-cursors.ts';
import { beforeOf, isServedBy, nullsIn, orderOf, type FieldBounds, type SelectableIndex } from '../selectable.ts';
import type { Row } from './row.ts';
import type { SavedIndex } from './saved-table.ts';
import { SortedRows, type Before, type RowOrders, type Span } from './sorted-rows.ts';

interface Partition {
  readonly values: readonly Scalar[];
  readonly rows: SortedRows;
}

const under =
  (read: ScalarReader, value: Scalar): Before =>
  (document) =>
    compareScalars(read(document), value) < 0;
const upTo =
  (read: ScalarReader, value: Scalar): Before =>
  (document) =>
    compareScalars(read(document), value) <= 0;

/**
 * Rows by partition, each partition in order. Rows with null in a partition or order field are left out (most accounts
 * have no lease, and an index of leases should not hold them); `serves` says when that does not matter.
 */
export class OrderedIndex implements SelectableIndex {
  readonly definition: IndexDefinition;
  /** Top-level names of the fields that decide the place of a document. */
  readonly roots: readonly string[];
  readonly #partitionFields: readonly ScalarReader[];
  readonly #fields: readonly ScalarReader[];
  readonly #where: readonly (readonly [ScalarReader, Scalar])[];
  readonly #orders: RowOrders;
  readonly #partitions: ScalarTree<Partition>;
  /** How many documents it leaves out, by the fields that are null in them. */
  readonly #leftOut = new Map<number, number>();

  constructor(definition: IndexDefinition) {
    const { partition, order, where = {} } = definition;
    this.definition = definition;
    this.roots = [...partition, ...order, ...Object.keys(where)].map((path) => path.split('.', 1)[0] as string);
    this.#partitions = new ScalarTree(partition.length);
    this.#partitionFields = partition.map(scalarReader);
    this.#fields = [...partition, ...order].map(scalarReader);
    this.#where = Object.entries(where).map(([path, value]) => [scalarReader(path), value] as const);
    this.#orders = { order: orderOf(order), before: beforeOf(order) };
  }

  fill(rows: Iterable<Row>): void {
    const found = new ScalarTree<{ values: readonly Scalar[]; rows: Row[] }>(this.definition.partition.length);
    for (const row of rows) {
      const values = this.#placeOf(row.document);
      if (!values) continue;
      const entry = found.get(values);
      if (entry) entry.rows.push(row);
      else found.set(values, { values, rows: [row] });
    }
    for (const entry of found.values()) this.#begin(entry.values).rows.fill(entry.rows);
  }

  save(): SavedIndex {
    const partitions = [...this.#partitions.values()];
    const places = new Uint32Array(partitions.reduce((sum, { rows }) => sum + rows.size, 0));
    let at = 0;
    for (const { rows } of partitions) {
      for (const row of rows.values()) {
        places[at] = row.place;
        at += 1;
      }
    }
    const sizes = partitions.map(({ values, rows }) => [values, rows.size] as const);
    return { definition: this.definition, partitions: sizes, places, leftOut: [...this.#leftOut] };
  }

  /** `rows` in the order of their places, as they were when the index was saved. Only for an empty index. */
  restore({ partitions, places, leftOut }: SavedIndex, rows: readonly Row[]): void {
    let from = 0;
    for (const [values, size] of partitions) {
      const members = Array.from({ length: size }, (_, at) => rows[places[from + at] as number] as Row);
      this.#begin(values).rows.fillSorted(members);
      from += size;
    }
    for (const [nulls, count] of leftOut) this.#leftOut.set(nulls, count);
  }

  add(row: Row): void {
    const values = this.#placeOf(row.document);
    if (!values) return;
    (this.#partitions.get(values) ?? this.#begin(values)).rows.insert(row);
  }

  remove(row: Row): void {
    if (!this.#covers(row.document)) return;
    const nulls = nullsIn(this.#fields, row.document);
    if (nulls !== 0) {
      this.#countLeftOut(nulls, -1);
      return;
    }
    const values = this.#partitionFields.map((read) => read(row.document));
    const partition = this.#partitions.get(values);
    partition?.rows.remove(row);
    if (partition?.rows.size === 0) this.#partitions.delete(values);
  }

  serves(bounds: FieldBounds): boolean {
    return isServedBy(this.definition, bounds, () => this.#leftOut.keys());
  }

  /** How many documents there are in the partitions within the bounds. */
  countWithin(bounds: FieldBounds): number {
    return this.#partitionsWithin(bounds).reduce((sum, partition) => sum + partition.rows.size, 0);
  }

  sizeWithin(bounds: FieldBounds): number {
    return this.countWithin(bounds);
  }

  *documentsWithin(bounds: FieldBounds, descending: boolean): Generator<Document> {
    const turn = descending ? -1 : 1;
    const order = (left: Row, right: Row): number => turn * this.#orders.order(left.document, right.document);
    const span = this.#spanOf(bounds, descending);
    const cursors = this.#partitionsWithin(bounds).map((partition) => partition.rows.cursor(span));
    for (const row of mergeCursors(cursors, order)) yield row.document;
  }

  #spanOf(bounds: FieldBounds, descending: boolean): Span {
    const path = this.definition.order[0];
    const limits = path === undefined ? undefined : bounds.get(path);
    if (path === undefined || !limits) return { descending };
    const read = scalarReader(path);
    const only = limits.values?.length === 1 ? { value: limits.values[0] as Scalar, open: false } : undefined;
    const low = only ?? limits.low;
    const high = only ?? limits.high;
    return {
      descending,
      belowLow: low && (low.open ? upTo(read, low.value) : under(read, low.value)),
      belowHigh: high && (high.open ? under(read, high.value) : upTo(read, high.value)),
    };
  }

  #partitionsWithin(bounds: FieldBounds): Partition[] {
    const fields = this.definition.partition;
    const choices = fields.map((path) => bounds.get(path)?.values);
    if (choices.every((values) => values?.length === 1)) {
      const partition = this.#partitions.get(choices.map((values) => values?.[0] as Scalar));
      return partition ? [partition] : [];
    }
    return [...this.#partitions.values()].filter((partition) =>
      fields.every((path, at) => within(bounds.get(path), partition.values[at] as Scalar)),
    );
  }

  #begin(values: readonly Scalar[]): Partition {
    const partition = { values, rows: new SortedRows(this.#orders) };
    this.#partitions.set(values, partition);
    return partition;
  }

  #covers(document: Document): boolean {
    return this.#where.every(([read, value]) => read(document) === value);
  }

  #countLeftOut(nulls: number, by: number): void {
    const count = (this.#leftOut.get(nulls) ?? 0) + by;
    if (count === 0) this.#leftOut.delete(nulls);
    else this.#leftOut.set(nulls, count);
  }

  #placeOf(document: Document): readonly Scalar[] | undefined {
    if (!this.#covers(document)) return undefined;
    const nulls = nullsIn(this.#fields, document);
    if (nulls !== 0) {
      this.#countLeftOut(nulls, 1);
      return undefined;
    }
    return this.#partitionFields.map((read) => read(document));
  }
}
