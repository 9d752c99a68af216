import { MusterError } from '@muster/sdk';
import type { CollectionDefinition, Document, Operation, Patch, Query } from '../ports/store.ts';
import type { Scalar } from '../query/filter.ts';
import { readPath } from '../query/path.ts';
import { toScalar } from '../query/scalars.ts';
import { applyPatch, changedFields } from './patch.ts';
import { select } from './select.ts';
import type { Selectable } from './selectable.ts';

/** A collection whose documents can be changed, wherever they are kept. Errors: STORE_CONFLICT. A failed call changes nothing. */
export interface Table extends Selectable {
  readonly name: string;
  get(id: string): Document;
  /** For a change of these fields alone: perhaps only part of the document. What is put in its place then says the same of the rest. */
  view?(id: string, fields: readonly string[], paths: readonly string[]): Document;
  /** May documents be changed in these fields without being read whole? */
  changesViews?(fields: readonly string[]): boolean;
  insert(document: Document): void;
  /** Many new ones, at less cost. */
  insertAll?(documents: readonly Document[]): void;
  /** Puts another document in the place of the one with its id; `fields` names those in which they may differ. */
  replace(document: Document, fields: readonly string[]): void;
  delete(id: string): void;
}

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
    add(collection: string, ids: readonly string[], undo: () => void): void {
      const known = changed.get(collection);
      if (!known) changed.set(collection, new Set(ids));
      else for (const id of ids) known.add(id);
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

/** All collections, with transactions that happen as a whole or not at all. */
export const createTables = <T extends Table>(
  definitions: readonly CollectionDefinition[],
  createTable: (definition: CollectionDefinition) => T,
) => {
  const tables = new Map(definitions.map((definition) => [definition.name, createTable(definition)]));

  const tableOf = (collection: string): T => {
    const table = tables.get(collection);
    if (!table) throw new MusterError('INTERNAL', `The store has no collection "${collection}".`);
    return table;
  };

  /** A change that was made, and how to take it back. */
  const change = (table: Table, before: Document, { patch, fields }: { patch: Patch; fields: readonly string[] }) => {
    const after = applyPatch(before, patch);
    table.replace(after, fields);
    return { after, undo: () => table.replace(before, fields) };
  };

  /** Documents that are inserted into the same collection one behind the other, from a place in a transaction on. */
  const insertsFrom = (operations: readonly Operation[], from: number): Document[] => {
    const first = operations[from];
    const documents: Document[] = [];
    if (!first || !('insert' in first) || !tableOf(first.insert).insertAll) return documents;
    for (let at = from; at < operations.length; at += 1) {
      const each = operations[at] as Operation;
      if (!('insert' in each) || each.insert !== first.insert) break;
      documents.push(each.document);
    }
    return documents;
  };
  const insertAll = (table: T, documents: readonly Document[]): { ids: string[]; undo: () => void } => {
    table.insertAll?.(documents);
    const ids = documents.map(({ id }) => id);
    return { ids, undo: () => ids.toReversed().forEach((id) => table.delete(id)) };
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
      const { update: collection, patch } = operation;
      const table = tableOf(collection);
      const fields = changedFields(patch);
      const before = table.view?.(id, fields, Object.keys(operation.if ?? {})) ?? table.get(id);
      if (operation.if) checkCondition(table, before, operation.if);
      const { undo } = change(table, before, { patch, fields });
      return { collection, id, undo };
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
    ensure(collection: string): T {
      if (!tables.has(collection)) tables.set(collection, createTable({ name: collection, indexes: {} }));
      return tableOf(collection);
    },

    /** Errors: STORE_CONFLICT, BAD_INPUT; then nothing has changed. */
    apply(operations: readonly Operation[]): Applied {
      const note = noteOf();
      try {
        for (let at = 0; at < operations.length;) {
          const documents = insertsFrom(operations, at);
          const operation = operations[at] as Operation;
          if ('insert' in operation && documents.length > 1) {
            const { ids, undo } = insertAll(tableOf(operation.insert), documents);
            note.add(operation.insert, ids, undo);
            at += documents.length;
          } else {
            const { collection, id, undo } = run(operation);
            note.add(collection, [id], undo);
            at += 1;
          }
        }
      } catch (error) {
        note.undo();
        throw error;
      }
      return note;
    },

    /** Selects and changes; the changed documents, perhaps views of them, in the order of the query. */
    claim(collection: string, query: Query, patch: Patch): Applied & { readonly documents: Document[] } {
      const table = tableOf(collection);
      const fields = changedFields(patch);
      const note = noteOf();
      try {
        const documents = select(table, { limit: 1, ...query }, table.changesViews?.(fields) ? 'views' : undefined).map(
          (before) => {
            const { after, undo } = change(table, before, { patch, fields });
            note.add(collection, [before.id], undo);
            return after;
          },
        );
        return { ...note, documents };
      } catch (error) {
        note.undo();
        throw error;
      }
    },
  };
};

export type Tables<T extends Table = Table> = ReturnType<typeof createTables<T>>;
