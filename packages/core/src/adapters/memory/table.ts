import { MusterError } from '@muster/sdk';
import type { CollectionDefinition, Document } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import { sameFields } from '../patch.ts';
import { OrderedIndex } from './ordered-index.ts';
import type { Row } from './sorted-rows.ts';
import { createTallyTable } from './tally-table.ts';

/** What a change touches: the parts of a table whose fields it names. */
interface Touched {
  readonly indexes: readonly OrderedIndex[];
  readonly tallies: readonly ReturnType<typeof createTallyTable>[];
  readonly uniques: readonly Unique[];
}

interface Unique {
  readonly path: string;
  readonly roots: readonly string[];
  readonly read: (document: object) => Scalar;
  readonly rows: Map<Scalar, Row>;
}

const createUnique = (path: string): Unique => ({
  path,
  roots: [path.split('.', 1)[0] as string],
  read: scalarReader(path),
  rows: new Map(),
});

/**
 * One collection in memory: documents by id in the order of their insertion, with indexes, unique values and tallies kept in step.
 * Documents are replaced, never changed. A failed call changes nothing.
 */
export const createMemoryTable = (definition: CollectionDefinition) => {
  const { name } = definition;
  const rows = new Map<string, Row>();
  const everything: Touched = {
    indexes: Object.values(definition.indexes).map((index) => new OrderedIndex(index)),
    tallies: (definition.tallies ?? []).map(createTallyTable),
    uniques: (definition.unique ?? []).map(createUnique),
  };
  let lastTouched: { readonly fields: readonly string[]; readonly touched: Touched } | undefined;
  const conflict = (message: string): MusterError => new MusterError('STORE_CONFLICT', message);

  const checkUnique = (uniques: readonly Unique[], document: Document): void => {
    for (const { path, read, rows: taken } of uniques) {
      const value = read(document);
      const owner = value === null ? undefined : taken.get(value)?.document.id;
      if (owner !== undefined && owner !== document.id)
        throw conflict(`${name}: another document (${owner}) has the same "${path}" as ${document.id}. Nothing was changed.`);
    }
  };
  const enter = (touched: Touched, row: Row): void => {
    for (const index of touched.indexes) index.add(row);
    for (const tally of touched.tallies) tally.add(row.document);
    for (const { read, rows: taken } of touched.uniques) {
      const value = read(row.document);
      if (value !== null) taken.set(value, row);
    }
  };
  const leave = (touched: Touched, row: Row): void => {
    for (const index of touched.indexes) index.remove(row);
    for (const tally of touched.tallies) tally.remove(row.document);
    for (const { read, rows: taken } of touched.uniques) {
      const value = read(row.document);
      if (value !== null) taken.delete(value);
    }
  };
  const rowOf = (id: string): Row => {
    const row = rows.get(id);
    if (!row) throw conflict(`${name}: there is no document ${id}. Nothing was changed.`);
    return row;
  };

  const touchedBy = (fields: readonly string[]): Touched => {
    if (lastTouched && sameFields(lastTouched.fields, fields)) return lastTouched.touched;
    const names = new Set(fields);
    const isNamed = (part: { readonly roots: readonly string[] }): boolean => part.roots.some((root) => names.has(root));
    const touched: Touched = {
      indexes: everything.indexes.filter(isNamed),
      tallies: everything.tallies.filter(isNamed),
      uniques: everything.uniques.filter(isNamed),
    };
    lastTouched = { fields, touched };
    return touched;
  };

  return {
    name,
    rows,
    get size() {
      return rows.size;
    },
    unique: definition.unique ?? [],
    find: (id: string) => rows.get(id)?.document,
    findBy: (path: string, value: Scalar) => everything.uniques.find((each) => each.path === path)?.rows.get(value)?.document,
    *documents() {
      for (const row of rows.values()) yield row.document;
    },
    indexes: everything.indexes,
    tallies: everything.tallies,

    /** Makes the indexes of rows that were put into an empty table from outside, which is quicker than one by one. */
    build(): void {
      for (const unique of everything.uniques) {
        for (const row of rows.values()) {
          const value = unique.read(row.document);
          if (value === null) continue;
          const before = unique.rows.size;
          unique.rows.set(value, row);
          if (unique.rows.size === before)
            throw conflict(`${name}: another document has the same "${unique.path}" as ${row.document.id}.`);
        }
      }
      for (const tally of everything.tallies) for (const row of rows.values()) tally.add(row.document);
      for (const index of everything.indexes) index.fill(rows.values());
    },

    insert(document: Document): void {
      if (rows.has(document.id)) throw conflict(`${name}: there is a document ${document.id} already. Nothing was changed.`);
      checkUnique(everything.uniques, document);
      const row: Row = { document };
      rows.set(document.id, row);
      enter(everything, row);
    },

    replace(document: Document, fields: readonly string[]): void {
      const row = rowOf(document.id);
      const touched = touchedBy(fields);
      checkUnique(touched.uniques, document);
      leave(touched, row);
      row.document = document;
      enter(touched, row);
    },

    get(id: string): Document {
      return rowOf(id).document;
    },

    delete(id: string): void {
      const row = rowOf(id);
      leave(everything, row);
      rows.delete(id);
    },
  };
};

export type MemoryTable = ReturnType<typeof createMemoryTable>;
