import { MusterError } from '@muster/sdk';
import type { CollectionDefinition, Document, Operation, Patch, Query } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { readPath } from '../../query/path.ts';
import { toScalar } from '../../query/scalars.ts';
import { applyPatch, changedFields } from '../patch.ts';
import { select } from './select.ts';
import { createTable, type Table, type Touched } from './table.ts';

/** What a transaction did, as it can be undone. */
export interface Applied {
  /** Ids by collection. */
  readonly changed: ReadonlyMap<string, Set<string>>;
  undo(): void;
}

const noteOf = () => {
  const changed = new Map<string, Set<string>>();
  const steps: (() => void)[] = [];
  return {
    changed,
    add(collection: string, id: string, undo: () => void): void {
      const ids = changed.get(collection);
      if (ids) ids.add(id);
      else changed.set(collection, new Set([id]));
      steps.push(undo);
    },
    undo(): void {
      while (steps.length > 0) steps.pop()?.();
    },
  };
};

const checkCondition = (table: Table, document: Document, condition: Readonly<Record<string, Scalar>>): void => {
  for (const [path, value] of Object.entries(condition))
    if (toScalar(readPath(document, path)) !== value)
      throw new MusterError(
        'STORE_CONFLICT',
        `${table.name}: "${path}" of ${document.id} is no longer ${JSON.stringify(value)}. Nothing was changed.`,
        { details: { collection: table.name, id: document.id, path } },
      );
};

/** All collections in memory, with transactions that happen as a whole or not at all. */
export const createTables = (definitions: readonly CollectionDefinition[]) => {
  const tables = new Map(definitions.map((definition) => [definition.name, createTable(definition)]));

  const tableOf = (collection: string): Table => {
    const table = tables.get(collection);
    if (!table) throw new MusterError('INTERNAL', `The store has no collection "${collection}".`);
    return table;
  };

  const change = (table: Table, id: string, patch: Patch, touched: Touched): (() => void) => {
    const before = table.get(id);
    table.replace(applyPatch(before, patch), touched);
    return () => table.replace(before, touched);
  };

  const run = (operation: Operation): { collection: string; id: string; undo: () => void } => {
    if ('insert' in operation) {
      const { insert: collection, document } = operation;
      const table = tableOf(collection);
      table.insert(document);
      return { collection, id: document.id, undo: () => table.delete(document.id) };
    }
    const { id } = operation;
    if ('update' in operation) {
      const table = tableOf(operation.update);
      if (operation.if) checkCondition(table, table.get(id), operation.if);
      const undo = change(table, id, operation.patch, table.touchedBy(changedFields(operation.patch)));
      return { collection: operation.update, id, undo };
    }
    const table = tableOf(operation.delete);
    const before = table.get(id);
    table.delete(id);
    return { collection: operation.delete, id, undo: () => table.insert(before) };
  };

  return {
    names: () => [...tables.keys()],
    table: tableOf,
    /** Makes a table without indexes for a collection that is stored but not declared: what it holds is kept. */
    ensure(collection: string): Table {
      if (!tables.has(collection)) tables.set(collection, createTable({ name: collection, indexes: {} }));
      return tableOf(collection);
    },

    /** Errors: STORE_CONFLICT, BAD_INPUT; then nothing has changed. */
    apply(operations: readonly Operation[]): Applied {
      const note = noteOf();
      try {
        for (const operation of operations) {
          const { collection, id, undo } = run(operation);
          note.add(collection, id, undo);
        }
      } catch (error) {
        note.undo();
        throw error;
      }
      return note;
    },

    /** Selects and changes; the changed documents in the order of the query. */
    claim(collection: string, query: Query, patch: Patch): Applied & { readonly documents: Document[] } {
      const table = tableOf(collection);
      const touched = table.touchedBy(changedFields(patch));
      const note = noteOf();
      try {
        const documents = select(table, { limit: 1, ...query }).map(({ id }) => {
          note.add(collection, id, change(table, id, patch, touched));
          return table.get(id);
        });
        return { ...note, documents };
      } catch (error) {
        note.undo();
        throw error;
      }
    },
  };
};

export type Tables = ReturnType<typeof createTables>;
