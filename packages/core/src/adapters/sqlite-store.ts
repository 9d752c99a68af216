import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, toMusterError } from '@muster/sdk';
import type { Document, Patch, Query, Store, StoreChange, StoreOptions } from '../ports/store.ts';
import type { Filter } from '../query/filter.ts';
import { compileFilter } from '../query/evaluate.ts';
import { checkOperation, checkPatch, checkQuery } from './check-input.ts';
import { prepareTarget, unusable } from './place.ts';
import { nodeFiles } from './node-files.ts';
import { IndexLags, startWorker } from './sqlite/client.ts';
import type { CallName, Calls } from './sqlite/protocol.ts';
import { DATABASE } from './sqlite/database.ts';

const PIECE = 512;

const bytesIn = async (directory: string): Promise<number> => {
  const names = (await readdir(directory)).filter((name) => name.startsWith(DATABASE));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name)).catch(() => ({ size: 0 }))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** JSON keeps of a value what is stored; and a thread cannot be sent more. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * The store for large rosters, on the SQLite of Node, in `store.db`: memory does not grow with the documents. One thread writes, one reads, so that
 * a search through everything does not hold up a lease. The caller makes sure that no other process has the folder open.
 * Errors: STORE_CORRUPT, STORE_VERSION, DATA_DIR.
 */
export const openSqliteStore = async ({ directory, collections, now, onRewrite }: StoreOptions): Promise<Store> => {
  await nodeFiles.makeDirectory(directory).catch((error: unknown) => {
    throw unusable(directory, error);
  });
  const writer = await startWorker({ directory, collections, role: 'writer' }, onRewrite);
  const reader = await startWorker({ directory, collections, role: 'reader' });
  const listeners = new Set<(changes: readonly StoreChange[]) => void>();
  let savedAt: number | null = null;
  let failed: string | null = null;
  let closed = false;

  const refuseWhenClosed = (): void => {
    if (closed) throw new MusterError('UNAVAILABLE', 'The store is closed.');
  };
  /** Both checks and filters are judged here, so that a bad one never reaches the other thread. */
  const checkFilter = (where: Filter | undefined): void => void (where && compileFilter(where));

  const read = <K extends CallName>(call: K, ...values: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> =>
    reader.call(call, ...values).catch((error: unknown) => {
      if (error instanceof IndexLags) return writer.call(call, ...values);
      throw error;
    });

  const written = async <T>(work: Promise<T>, changesOf: (value: T) => readonly StoreChange[]): Promise<T> => {
    try {
      const value = await work;
      const changes = changesOf(value);
      failed = null;
      if (changes.length === 0) return value;
      savedAt = now();
      for (const listener of listeners) listener(changes);
      return value;
    } catch (error) {
      const { code, message } = toMusterError(error);
      if (code === 'STORE_FAILED') failed = message;
      throw error;
    }
  };

  return {
    async get<T extends Document>(collection: string, id: string) {
      refuseWhenClosed();
      return (await read('get', collection, id)) as T | undefined;
    },
    async list<T extends Document>(collection: string, query: Query = {}) {
      refuseWhenClosed();
      checkQuery(query);
      checkFilter(query.where);
      return (await read('list', collection, query)) as unknown as T[];
    },
    async count(collection, where) {
      refuseWhenClosed();
      checkFilter(where);
      return read('count', collection, where);
    },
    async tally(collection, fields, where) {
      refuseWhenClosed();
      checkFilter(where);
      return read('tally', collection, fields, where);
    },
    async commit(operations) {
      refuseWhenClosed();
      operations.forEach(checkOperation);
      if (operations.length === 0) return;
      await written(writer.call('commit', JSON.stringify(operations)), (changes) => changes);
    },
    async claim<T extends Document>(collection: string, query: Query, patch: Patch) {
      refuseWhenClosed();
      checkQuery(query);
      checkFilter(query.where);
      checkPatch(patch);
      const claimed = await written(writer.call('claim', collection, query, plain(patch)), ({ changes }) => changes);
      return claimed.documents as unknown as T[];
    },
    async *scan<T extends Document>(collection: string, signal?: AbortSignal) {
      refuseWhenClosed();
      for (let behind = 0; ;) {
        signal?.throwIfAborted();
        const piece = await reader.call('piece', collection, behind, PIECE);
        for (const document of piece.documents) {
          signal?.throwIfAborted();
          yield document as T;
        }
        if (piece.documents.length < PIECE) return;
        behind = piece.last;
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async status() {
      refuseWhenClosed();
      return {
        kind: 'sqlite',
        documents: await reader.call('sizes'),
        bytes: await bytesIn(directory),
        savedAt,
        recovered: [],
        failed,
      };
    },
    async check() {
      refuseWhenClosed();
      return read('check');
    },
    async backup(target) {
      refuseWhenClosed();
      await prepareTarget(nodeFiles, target);
      const file = join(target, DATABASE);
      // Made first, so that it is never open to others.
      await (await nodeFiles.open(file, 'create')).close();
      await reader.call('backup', file);
      const copy = await nodeFiles.open(file, 'change');
      await copy.sync();
      await copy.close();
      await nodeFiles.syncDirectory(target);
      return bytesIn(target);
    },
    async close() {
      if (closed) return;
      closed = true;
      await reader.close();
      await writer.close();
    },
  };
};
