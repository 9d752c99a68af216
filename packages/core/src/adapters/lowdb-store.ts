import { MusterError } from '@muster/sdk';
import { Low } from 'lowdb';
import type { Files } from '../ports/files.ts';
import type { Store, StoreOptions } from '../ports/store.ts';
import { createStoreAdapter } from './lowdb/store-adapter.ts';
import { createMemoryTables, type MemoryTables } from './memory/memory-tables.ts';
import { prepareTarget, unusable } from './place.ts';
import { nodeFiles } from './node-files.ts';
import { createTableStore } from './table-store.ts';

export interface LowdbStoreOptions extends StoreOptions {
  /** Default: the machine's. */
  readonly files?: Files;
  /** Journal bytes after which the snapshot is written anew. Default 32 MiB. */
  readonly compactBytes?: number;
}

const COMPACT_BYTES = 32 << 20;

/**
 * The default store: documents in memory, a readable snapshot `store.json`, and a journal of every change since.
 * Good to about 200,000 accounts. The caller makes sure that no other process has the folder open.
 * Errors: STORE_CORRUPT, STORE_VERSION, DATA_DIR.
 */
export const openLowdbStore = async (options: LowdbStoreOptions): Promise<Store> => {
  const { directory, collections, now, files = nodeFiles, compactBytes = COMPACT_BYTES } = options;
  const adapter = createStoreAdapter({ files, directory, collections, now, compactBytes });
  const database = new Low<MemoryTables>(adapter, createMemoryTables(collections));
  try {
    await database.read();
  } catch (error) {
    throw error instanceof MusterError ? error : unusable(directory, error);
  }
  return createTableStore(database.data, {
    append: (transaction, done) => adapter.append(transaction, done),
    ready: () => (adapter.failed ? adapter.mend() : undefined),
    status: () => Promise.resolve({ kind: 'lowdb', failed: adapter.failed?.message ?? null, ...adapter.facts() }),
    check: () => adapter.check(),
    async backup(target, captured) {
      await prepareTarget(files, target);
      return adapter.backup(target, captured);
    },
    close: () => adapter.close(),
  });
};
