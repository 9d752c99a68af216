import type { SQLInputValue } from 'node:sqlite';
import type { Document, IndexDefinition } from '../../ports/store.ts';
import { within, type Bounds } from '../../query/bounds.ts';
import type { Scalar } from '../../query/filter.ts';
import { mergeCursors, type Cursor } from '../merge-cursors.ts';
import { isServedBy, orderOf, type FieldBounds, type SelectableIndex } from '../selectable.ts';
import { columnOf, fromColumn, literal, toColumn } from './columns.ts';
import type { SqlRow, Statements } from './statements.ts';

/** Above this, sizes are guessed: counting in SQLite costs as much as reading. */
const COUNTED = 1000;
/** More partitions than this are sorted by SQLite, not merged here. */
const MOST_CURSORS = 500;

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const edgesOf = (column: string, bounds: Bounds | undefined): Condition[] => {
  if (!bounds) return [];
  const only = bounds.values?.length === 1 ? (bounds.values[0] as Scalar) : undefined;
  if (only !== undefined) return [{ sql: `${column} IS ?`, values: [toColumn(only)] }];
  const { low, high } = bounds;
  return [
    ...(low ? [{ sql: `${column} ${low.open ? '>' : '>='} ?`, values: [toColumn(low.value)] }] : []),
    ...(high ? [{ sql: `${column} ${high.open ? '<' : '<='} ?`, values: [toColumn(high.value)] }] : []),
  ];
};

/** Which rows an index holds: those that fit its `where` and have all its fields. Said in queries too, or it is not used. */
export const rowsIn = ({ partition, order, where = {} }: IndexDefinition, column: (path: string) => string = columnOf): string =>
  [
    ...Object.entries(where).map(([path, value]) => `${column(path)} IS ${literal(value)}`),
    ...[...partition, ...order].map((path) => `${column(path)} IS NOT NULL`),
  ].join(' AND ') || 'TRUE';

/** Where an index is, in SQL. */
export interface IndexSource {
  /** What stands behind FROM to walk the index alone. */
  readonly rows: string;
  /** A SELECT without conditions that walks the index and gives rows to decode. */
  readonly documents: string;
  readonly column: (path: string) => string;
  readonly id: string;
  /** Default: what every index leaves out. */
  readonly condition?: string;
}

function* decoded(rows: Iterable<SqlRow>, decode: (row: SqlRow) => Document): Generator<Document> {
  for (const row of rows) yield decode(row);
}

const cursorOf = (documents: Generator<Document>): Cursor<Document> & { close(): void } => {
  const cursor = {
    head: undefined as Document | undefined,
    advance: (): void => {
      const next = documents.next();
      cursor.head = next.done ? undefined : next.value;
    },
    close: () => void documents.return(undefined),
  };
  cursor.advance();
  return cursor;
};

interface SqlIndexOptions {
  readonly statements: Statements;
  readonly source: IndexSource;
  readonly definition: IndexDefinition;
  readonly decode: (row: SqlRow) => Document;
  /** Default: whole documents. */
  readonly decodeView?: (row: SqlRow) => Document;
  readonly leftOut: () => Iterable<number>;
  readonly tableSize: () => number;
}

/** An index of SQLite, read partition by partition: each is a short walk in order, however large the table is. */
export const createSqlIndex = (options: SqlIndexOptions): SelectableIndex => {
  const { statements, definition } = options;
  const { partition, order } = definition;
  const { rows: walked, documents: selected, column: columnIn, id } = options.source;
  const condition = options.source.condition ?? rowsIn(definition, columnIn);
  const from = `FROM ${walked} WHERE ${condition}`;
  const inPartition = partition.map((path) => ` AND ${columnIn(path)} = ?`);

  /** The values that the field has behind these, each found by one seek. */
  function* valuesBehind(values: readonly Scalar[], bounds: Bounds | undefined): Generator<Scalar> {
    const path = partition[values.length] as string;
    const before = inPartition.slice(0, values.length).join('');
    const next = (behind: string, ...at: SQLInputValue[]): Scalar | undefined => {
      const sql = `SELECT ${columnIn(path)} AS value ${from}${before}${behind} ORDER BY ${columnIn(path)} LIMIT 1`;
      const row = statements.first(sql, ...values.map(toColumn), ...at);
      return row ? fromColumn(row['value']) : undefined;
    };
    const low = bounds?.low;
    let value = low ? next(` AND ${columnIn(path)} >= ?`, toColumn(low.value)) : next('');
    while (value !== undefined) {
      if (within(bounds, value)) yield value;
      else if (bounds?.high && !within({ high: bounds.high }, value)) return;
      value = next(` AND ${columnIn(path)} > ?`, toColumn(value));
    }
  }

  function* partitionsWithin(bounds: FieldBounds, values: readonly Scalar[] = []): Generator<readonly Scalar[]> {
    const path = partition[values.length];
    if (path === undefined) {
      yield values;
      return;
    }
    const limits = bounds.get(path);
    const candidates = limits?.values?.filter((value) => value !== null && within(limits, value)) ?? valuesBehind(values, limits);
    for (const value of candidates) yield* partitionsWithin(bounds, [...values, value]);
  }

  const read = (conditions: readonly Condition[], ordering: string, views: 'views' | undefined): Generator<Document> => {
    const sql = `${selected} WHERE ${condition}${conditions.map(({ sql: each }) => ` AND ${each}`).join('')}${ordering}`;
    const decode = (views && options.decodeView) ?? options.decode;
    return decoded(statements.each(sql, ...conditions.flatMap(({ values }) => values)), decode);
  };

  const countIn = (values: readonly Scalar[], most: number): number => {
    const rows = `SELECT 1 ${from}${inPartition.join('')} LIMIT ?`;
    return statements.first(`SELECT count(*) AS count FROM (${rows})`, ...values.map(toColumn), most)?.['count'] as number;
  };

  return {
    definition,
    serves: (bounds) => isServedBy(definition, bounds, options.leftOut),
    sizeWithin(bounds) {
      let size = 0;
      for (const values of partitionsWithin(bounds)) {
        size += countIn(values, COUNTED);
        if (size < COUNTED) continue;
        const narrowings = partition.filter((path) => bounds.has(path)).length + Object.keys(definition.where ?? {}).length;
        return COUNTED + Math.floor(options.tableSize() / (2 + narrowings));
      }
      return size;
    },
    countWithin: (bounds) => {
      let size = 0;
      for (const values of partitionsWithin(bounds)) size += countIn(values, -1);
      return size;
    },
    *documentsWithin(bounds, descending, views) {
      const direction = descending ? ' DESC' : '';
      const ordering = ` ORDER BY ${[...order.map(columnIn), id].map((column) => column + direction).join(', ')}`;
      const edges = order.slice(0, 1).flatMap((path) => edgesOf(columnIn(path), bounds.get(path)));
      const partitions: (readonly Scalar[])[] = [];
      for (const values of partitionsWithin(bounds)) {
        partitions.push(values);
        if (partitions.length > MOST_CURSORS) {
          yield* read([...partition.flatMap((path) => edgesOf(columnIn(path), bounds.get(path))), ...edges], ordering, views);
          return;
        }
      }
      const cursors = partitions.map((values) => {
        const place = values.map((value, at) => ({ sql: `${columnIn(partition[at] as string)} = ?`, values: [toColumn(value)] }));
        return cursorOf(read([...place, ...edges], ordering, views));
      });
      const compare = orderOf(order);
      const turn = descending ? -1 : 1;
      try {
        yield* mergeCursors(cursors, (left, right) => turn * compare(left, right));
      } finally {
        for (const cursor of cursors) cursor.close();
      }
    },
  };
};
