import { MusterError } from '@muster/sdk';
import type { Document, Operation, Patch, Query, Store, StoreChange, StoreStatus } from '../ports/store.ts';
import type { Filter } from '../query/filter.ts';
import { capture, type Captured } from './memory/capture.ts';
import { changesOf } from './changes.ts';
import { checkOperation, checkPatch, checkQuery } from './check-input.ts';
import type { MemoryTables } from './memory/memory-tables.ts';
import type { Applied } from './tables.ts';
import { count, select, tallyOf } from './select.ts';

/** A transaction as data, in the order it was applied. A claim is the update of the ids it chose. */
export type JournalEntry =
  | readonly ['insert', collection: string, document: Document]
  | readonly ['update', collection: string, ids: readonly string[], patch: Patch]
  | readonly ['delete', collection: string, id: string];

/** Where transactions are made durable. */
export interface Durability {
  /**
   * Takes journal entries as JSON, an array. Calls `done` once, in the order of the calls: without an error when the transaction
   * is durable. When one fails, all that wait fail with it, the latest first, before anything else happens.
   */
  append(transaction: string, done: (error?: Error) => void): void;
  /** Called before anything is changed. Undefined, or resolves, when the log takes more; rejects when it does not. */
  ready(): Promise<void> | undefined;
  status(): Promise<Omit<StoreStatus, 'documents'>>;
  check(): Promise<readonly string[]>;
  /** Writes what was captured as a store of its own. */
  backup(directory: string, captured: Captured): Promise<number>;
  close(): Promise<void>;
}

const PIECE = 512;

const entryOf = (operation: Operation): JournalEntry => {
  if ('insert' in operation) return ['insert', operation.insert, operation.document];
  if ('update' in operation) return ['update', operation.update, [operation.id], operation.patch];
  return ['delete', operation.delete, operation.id];
};

/** As it is applied: what JSON kept of it, so that nobody outside holds a reference to what is stored. */
const operationOf = (entry: JournalEntry, asked: Operation): Operation => {
  if (entry[0] === 'insert') return { insert: entry[1], document: entry[2] };
  if (entry[0] === 'delete') return { delete: entry[1], id: entry[2] };
  const condition = 'update' in asked ? asked.if : undefined;
  return { update: entry[1], id: entry[2][0] as string, patch: entry[3], ...(condition && { if: { ...condition } }) };
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A store on tables in memory, made durable by a log. A change is applied at once, so that the next caller builds on it,
 * and undone when the log fails. Nobody sees what is not durable: answers wait for the changes they may rest on.
 */
export const createTableStore = (tables: MemoryTables, log: Durability): Store => {
  const listeners = new Set<(changes: readonly StoreChange[]) => void>();
  /** Settles with the newest change that is not yet durable. */
  let newest: Promise<void> | undefined;
  let closed = false;

  const refuseWhenClosed = (): void => {
    if (closed) throw new MusterError('UNAVAILABLE', 'The store is closed.');
  };

  const makeDurable = (entries: string, applied: Applied): Promise<void> => {
    const written = new Promise<void>((resolve, reject) => {
      log.append(entries, (error) => {
        if (error) {
          applied.undo();
          reject(error);
          return;
        }
        resolve();
        const changes = changesOf(applied.changed);
        for (const listener of listeners) listener(changes);
      });
    });
    newest = written;
    const forget = (): void => {
      if (newest === written) newest = undefined;
    };
    written.then(forget, forget);
    return written;
  };

  /** Answers from the tables once all that the answer may rest on is durable; asks again if that failed and was undone. */
  const answer = async <T>(ask: () => T): Promise<T> => {
    refuseWhenClosed();
    const seen = ask();
    if (!newest) return seen;
    try {
      await newest;
    } catch {
      return ask();
    }
    return seen;
  };

  /** Applies a change; a refusal, too, holds only once what it rests on is durable. */
  const attempt = async <T>(apply: () => T): Promise<T> => {
    refuseWhenClosed();
    const preparing = log.ready();
    if (preparing) await preparing;
    try {
      return apply();
    } catch (refusal) {
      await newest;
      throw refusal;
    }
  };

  return {
    get: <T extends Document>(collection: string, id: string) =>
      answer(() => tables.table(collection).rows.get(id)?.document as T | undefined),

    async list<T extends Document>(collection: string, query: Query = {}) {
      checkQuery(query);
      return answer(() => select(tables.table(collection), query) as unknown as T[]);
    },

    count: (collection: string, where?: Filter) => answer(() => count(tables.table(collection), where)),

    tally: (collection, fields, where) => answer(() => tallyOf(tables.table(collection), fields, where)),

    async commit(operations) {
      operations.forEach(checkOperation);
      if (operations.length === 0) return;
      const journaled = JSON.stringify(operations.map(entryOf));
      const entries = JSON.parse(journaled) as JournalEntry[];
      const detached = entries.map((entry, at) => operationOf(entry, operations[at] as Operation));
      const { written } = await attempt(() => ({ written: makeDurable(journaled, tables.apply(detached)) }));
      await written;
    },

    async claim<T extends Document>(collection: string, query: Query, patch: Patch) {
      checkQuery(query);
      checkPatch(patch);
      const change = JSON.parse(JSON.stringify(patch)) as Patch;
      const { documents, written } = await attempt(() => {
        const claimed = tables.claim(collection, query, change);
        const ids = claimed.documents.map(({ id }) => id);
        if (ids.length === 0) return { documents: [], written: newest };
        return {
          documents: claimed.documents,
          written: makeDurable(JSON.stringify([['update', collection, ids, change]]), claimed),
        };
      });
      await written;
      return documents as unknown as T[];
    },

    async *scan<T extends Document>(collection: string, signal?: AbortSignal) {
      // A map's iterator goes on correctly while the map changes.
      const rows = tables.table(collection).rows.values();
      for (;;) {
        signal?.throwIfAborted();
        const piece: Document[] = [];
        for (let next = rows.next(); !next.done; next = rows.next()) {
          piece.push(next.value.document);
          if (piece.length === PIECE) break;
        }
        yield* (await answer(() => piece)) as unknown as T[];
        if (piece.length < PIECE) return;
        await nextTurn();
      }
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async status() {
      const documents = Object.fromEntries(tables.names().map((name) => [name, tables.table(name).rows.size]));
      return { ...(await log.status()), documents };
    },

    async check() {
      refuseWhenClosed();
      return log.check();
    },

    backup: async (directory) => log.backup(directory, await answer(() => capture(tables))),

    async close() {
      if (closed) return;
      closed = true;
      await log.close();
    },
  };
};
