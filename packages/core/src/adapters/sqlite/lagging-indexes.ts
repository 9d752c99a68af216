import type { CollectionDefinition, Document, IndexDefinition } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import { columnOf, indexName, quoted, toColumn, uniqueName } from './columns.ts';
import { rootOf } from './kept-numbers.ts';
import { createRowInserter } from './insert-rows.ts';
import type { Statements } from './statements.ts';
import { createWaitingRows } from './waiting-rows.ts';
import { createWaitingValues } from './waiting-values.ts';

/** Is every field of the index one that seldom changes? */
export const lags = ({ hot }: CollectionDefinition, { partition, order, where = {} }: IndexDefinition): boolean =>
  [...partition, ...order, ...Object.keys(where)].every((path) => !hot?.fields.includes(rootOf(path)));

/** The paths that the other indexes ask for: each has a column beside the hot fields. */
export const hotPaths = (definition: CollectionDefinition): string[] => {
  const paths = new Set<string>();
  for (const index of Object.values(definition.indexes)) {
    if (lags(definition, index)) continue;
    for (const path of [...index.partition, ...index.order, ...Object.keys(index.where ?? {})]) paths.add(path);
  }
  return [...paths];
};

/** 52 bits of a value, by multiplication and mixing: what the indexes of unique values hold instead of them. */
const hashOf = (value: Scalar): number => {
  const text = typeof value === 'string' ? value : `${typeof value} ${String(value)}`;
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (low >>> 0) * 2 ** 20 + (high >>> 12);
};

/** What the indexes say of a document. */
export interface IndexEntry {
  readonly id: string;
  /** By unique path. */
  readonly unique: readonly Scalar[];
  /** By index: the values of its fields, or undefined where it leaves the document out. */
  readonly ordered: readonly (readonly Scalar[] | undefined)[];
}

interface Options {
  readonly definition: CollectionDefinition;
  readonly statements: Statements;
  /** The document of a row. */
  readonly at: (seq: number) => Document | undefined;
}

/**
 * Indexes of fields that seldom change, and of unique values. A document's place in them has nothing to do with when it came, so
 * that each new one touches a page of its own in each of them: many documents stored in one go are put in later, all in order.
 */
export const createLaggingIndexes = ({ definition, statements, at }: Options) => {
  const { name, unique = [] } = definition;
  const uniques = unique.map((path) => {
    const table = uniqueName(name, path);
    return {
      path,
      read: scalarReader(path),
      root: rootOf(path),
      find: `SELECT seq FROM ${table} WHERE hash = ?`,
      findAll: `SELECT hash, seq FROM ${table} WHERE hash IN (SELECT value FROM json_each(?))`,
      insertAll: createRowInserter(statements, table, ['hash', 'seq']),
      insert: `INSERT INTO ${table} (hash, seq) VALUES (?, ?)`,
      remove: `DELETE FROM ${table} WHERE hash = ? AND seq = ?`,
    };
  });
  const ordered = Object.entries(definition.indexes)
    .filter(([, index]) => lags(definition, index))
    .map(([index, { partition, order, where = {} }]) => {
      const table = indexName(name, index);
      const paths = [...partition, ...order];
      return {
        roots: [...paths, ...Object.keys(where)].map(rootOf),
        readers: paths.map(scalarReader),
        conditions: Object.entries(where).map(([path, value]) => ({ read: scalarReader(path), value })),
        insertAll: createRowInserter(statements, table, [...paths.map(columnOf), 'id', 'seq']),
        insert: `INSERT INTO ${table} (${[...paths.map(columnOf), 'id', 'seq'].join(', ')}) VALUES (${[...paths, '', ''].map(() => '?').join(', ')})`,
        remove: `DELETE FROM ${table} WHERE ${paths.map((path) => `${columnOf(path)} = ?`).join(' AND ')}${paths.length > 0 ? ' AND ' : ''}id = ?`,
      };
    });
  const roots = new Set([...uniques.map(({ root }) => root), ...ordered.flatMap((index) => index.roots)]);
  // What is still to be put in. Nothing is taken out of it but all.
  const waitingValues = uniques.map(createWaitingValues);
  const waitingRows = ordered.map(({ readers }) => createWaitingRows(readers.length));
  let waiting = 0;

  const entryOf = (document: Document): IndexEntry => ({
    id: document.id,
    unique: uniques.map(({ read }) => read(document)),
    ordered: ordered.map(({ readers, conditions }) => {
      if (!conditions.every(({ read, value }) => read(document) === value)) return undefined;
      const values = readers.map((read) => read(document));
      return values.includes(null) ? undefined : values;
    }),
  });
  const write = (which: 'insert' | 'remove', seq: number, { id, unique: values, ordered: places }: IndexEntry): void => {
    uniques.forEach((each, place) => {
      const value = values[place] ?? null;
      if (value !== null) statements.run(each[which], hashOf(value), seq);
    });
    ordered.forEach((each, place) => {
      const fields = places[place];
      if (fields) statements.run(each[which], ...fields.map(toColumn), id, ...(which === 'insert' ? [seq] : []));
    });
  };
  /** That of these rows which has the value itself, not only its hash. */
  const rowWith = (place: number, value: Scalar, rows: readonly number[]): number | undefined =>
    rows.find((seq) => {
      const document = at(seq);
      return document !== undefined && uniques[place]?.read(document) === value;
    });
  /** The row that has this value, in the index itself. */
  const indexed = (place: number, value: Scalar): number | undefined => {
    const each = uniques[place];
    if (!each) return undefined;
    const rows = statements.all(each.find, hashOf(value)).map(({ seq }) => seq as number);
    return rowWith(place, value, rows);
  };
  const find = (place: number, value: Scalar): number | undefined =>
    rowWith(place, value, waitingValues[place]?.rowsOf(hashOf(value)) ?? []) ?? indexed(place, value);

  return {
    entryOf,
    get waiting() {
      return waiting;
    },
    /** To be put in later, with others. */
    postpone(seq: number, { id, unique: values, ordered: places }: IndexEntry): void {
      waiting += 1;
      values.forEach((value, place) => {
        if (value !== null) waitingValues[place]?.add(hashOf(value), seq);
      });
      places.forEach((fields, place) => {
        if (fields) waitingRows[place]?.add(fields, id, seq);
      });
    },
    depends: (fields: readonly string[]): boolean => fields.some((field) => roots.has(field)),
    /** The row with this value at a unique path. */
    find: (path: string, value: Scalar): number | undefined => find(unique.indexOf(path), value),
    /** The unique path at which another row has a value of this entry already. */
    taken(entry: IndexEntry, seq: number | undefined): string | undefined {
      return uniques.find((_, place) => {
        const value = entry.unique[place] ?? null;
        if (value === null) return false;
        const owner = find(place, value);
        return owner !== undefined && owner !== seq;
      })?.path;
    },
    /** The same for many new ones, which may also have a value twice; the first that cannot be. */
    takenAmong(entries: readonly IndexEntry[]): { readonly id: string; readonly path: string } | undefined {
      for (const [place, { path, findAll }] of uniques.entries()) {
        const byHash = new Map<number, Scalar[]>();
        for (const { id, unique: values } of entries) {
          const value = values[place] ?? null;
          if (value === null) continue;
          const hash = hashOf(value);
          const others = byHash.get(hash);
          if (others?.includes(value) || rowWith(place, value, waitingValues[place]?.rowsOf(hash) ?? []) !== undefined)
            return { id, path };
          if (others) others.push(value);
          else byHash.set(hash, [value]);
        }
        if (byHash.size === 0) continue;
        for (const { hash } of statements.all(findAll, JSON.stringify([...byHash.keys()]))) {
          const value = byHash.get(hash as number)?.find((each) => indexed(place, each) !== undefined);
          const entry = value !== undefined && entries.find(({ unique: values }) => values[place] === value);
          if (entry) return { id: entry.id, path };
        }
      }
      return undefined;
    },
    insert: (seq: number, entry: IndexEntry): void => write('insert', seq, entry),
    remove: (seq: number, entry: IndexEntry): void => write('remove', seq, entry),
    /** Puts all that waits into the indexes, in the order of each. */
    catchUp(): void {
      uniques.forEach(({ insertAll }, place) => {
        insertAll(waitingValues[place]?.inOrder() ?? []);
        waitingValues[place]?.clear();
      });
      ordered.forEach(({ insertAll }, place) => {
        insertAll(waitingRows[place]?.inOrder() ?? []);
        waitingRows[place]?.clear();
      });
      waiting = 0;
    },
    /** Problems in words: what the indexes hold compared with these documents, all that there are. */
    faults(documents: Iterable<readonly [seq: number, document: Document]>): string[] {
      const expected = [...uniques, ...ordered].map(() => 0);
      const problems: string[] = [];
      for (const [seq, document] of documents) {
        const entry = entryOf(document);
        entry.unique.forEach((value, place) => {
          if (value === null) return;
          expected[place] = (expected[place] ?? 0) + 1;
          if (indexed(place, value) !== seq)
            problems.push(`${name}: the index of "${unique[place]}" does not know ${document.id}`);
        });
        entry.ordered.forEach((fields, place) => {
          if (fields) expected[uniques.length + place] = (expected[uniques.length + place] ?? 0) + 1;
        });
        if (problems.length > 0) return problems;
      }
      const tables = [...unique.map((path) => uniqueName(name, path)), ...laggingTables(definition)];
      tables.forEach((table, place) => {
        // Only rows that lead to their document count.
        const found = statements.first(
          place < uniques.length
            ? `SELECT count(*) AS count FROM ${table}`
            : `SELECT count(*) AS count FROM ${table} AS i JOIN ${quoted(`documents of ${name}`)} AS c ON c.seq = i.seq AND c.id = i.id`,
        )?.['count'];
        if (found !== expected[place])
          problems.push(`${name}: the index ${table} holds ${String(found)} documents, not ${expected[place]}`);
      });
      return problems;
    },
  };
};

const laggingTables = (definition: CollectionDefinition): string[] =>
  Object.entries(definition.indexes)
    .filter(([, index]) => lags(definition, index))
    .map(([index]) => indexName(definition.name, index));

export type LaggingIndexes = ReturnType<typeof createLaggingIndexes>;
