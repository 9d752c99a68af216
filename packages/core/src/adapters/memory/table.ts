import { MusterError } from '@muster/sdk';
import type { CollectionDefinition, Document } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { sameFields } from '../patch.ts';
import { OrderedIndex } from './ordered-index.ts';
import { Row } from './row.ts';
import type { SavedTable } from './saved-table.ts';
import { createTallyTable } from './tally-table.ts';
import { UniqueValues } from './unique-values.ts';

/** What a change touches: the parts of a table whose fields it names. */
interface Touched {
  readonly indexes: readonly OrderedIndex[];
  readonly tallies: readonly ReturnType<typeof createTallyTable>[];
  readonly uniques: readonly UniqueValues[];
}

const NOTHING: Touched = { indexes: [], tallies: [], uniques: [] };

/**
 * One collection in memory: documents by id in the order of their insertion, with indexes, unique values and tallies kept in step.
 * Documents are replaced, never changed. A failed call changes nothing.
 */
export const createMemoryTable = (definition: CollectionDefinition) => {
  const { name } = definition;
  const rows = new Map<string, Row>();
  const all: Touched = {
    indexes: Object.values(definition.indexes).map((index) => new OrderedIndex(index)),
    tallies: (definition.tallies ?? []).map(createTallyTable),
    uniques: (definition.unique ?? []).map((path) => new UniqueValues(path)),
  };
  let everything = all;
  let lastTouched: { readonly fields: readonly string[]; readonly touched: Touched } | undefined;
  const conflict = (message: string): MusterError => new MusterError('STORE_CONFLICT', message);

  const checkUnique = (uniques: readonly UniqueValues[], document: Document): void => {
    for (const unique of uniques) {
      const owner = unique.ownerOf(document)?.document.id;
      if (owner !== undefined)
        throw conflict(
          `${name}: another document (${owner}) has the same "${unique.path}" as ${document.id}. Nothing was changed.`,
        );
    }
  };
  const enter = (touched: Touched, row: Row): void => {
    for (const index of touched.indexes) index.add(row);
    for (const tally of touched.tallies) tally.add(row.document);
    for (const unique of touched.uniques) unique.add(row);
  };
  const leave = (touched: Touched, row: Row): void => {
    for (const index of touched.indexes) index.remove(row);
    for (const tally of touched.tallies) tally.remove(row.document);
    for (const unique of touched.uniques) unique.remove(row);
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
    findBy: (path: string, value: Scalar) => all.uniques.find((each) => each.path === path)?.get(value)?.document,
    *documents() {
      for (const row of rows.values()) yield row.document;
    },
    indexes: all.indexes,
    tallies: all.tallies,

    /** Until `build`, changes are not entered in the indexes: quicker where there are many. */
    defer(): void {
      everything = NOTHING;
      lastTouched = undefined;
    },

    /**
     * Makes the indexes of rows that were put into an empty table from outside: from what was saved of them, where it fits,
     * else by looking at every document.
     */
    build(saved?: SavedTable): void {
      everything = all;
      lastTouched = undefined;
      const inOrder = saved && [...rows.values()];
      const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
      for (const unique of all.uniques) {
        const known = saved?.uniques.find(({ path }) => path === unique.path);
        if (known && inOrder) {
          unique.restore(known, inOrder);
          continue;
        }
        const second = unique.build(rows.values());
        if (second) throw conflict(`${name}: another document has the same "${unique.path}" as ${second.document.id}.`);
      }
      for (const tally of all.tallies) {
        const known = saved?.tallies.find(({ fields }) => same(fields, tally.fields));
        if (known) tally.restore(known);
        else for (const row of rows.values()) tally.add(row.document);
      }
      for (const index of all.indexes) {
        const known = saved?.indexes.find((each) => same(each.definition, index.definition));
        if (known && inOrder) index.restore(known, inOrder);
        else index.fill(rows.values());
      }
    },

    /** Numbers the rows, and says what the indexes hold. */
    save(): SavedTable {
      let place = 0;
      for (const row of rows.values()) {
        row.place = place;
        place += 1;
      }
      return {
        indexes: all.indexes.map((index) => index.save()),
        tallies: all.tallies.map((tally) => tally.save()),
        uniques: all.uniques.map((unique) => unique.save()),
      };
    },

    insert(document: Document): void {
      if (rows.has(document.id)) throw conflict(`${name}: there is a document ${document.id} already. Nothing was changed.`);
      checkUnique(everything.uniques, document);
      const row = new Row(document);
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
