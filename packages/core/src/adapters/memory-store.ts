import { MusterError } from '@muster/sdk';
import type { Store, StoreOptions } from '../ports/store.ts';
import { createMemoryTables } from './memory/memory-tables.ts';
import { createTableStore } from './table-store.ts';

/** A store that lives and dies with the process: for tests. It does all that the durable ones do, on the same tables. */
export const openMemoryStore = (options: Pick<StoreOptions, 'collections'>): Promise<Store> => {
  const store = createTableStore(createMemoryTables(options.collections), {
    // Not within the call: a durable store answers later, and a test should meet the same order of events.
    append: (_transaction, done) => queueMicrotask(() => done()),
    ready: () => undefined,
    status: () => Promise.resolve({ kind: 'memory', bytes: 0, savedAt: null, recovered: [], failed: null }),
    check: () => Promise.resolve([]),
    backup: () => Promise.reject(new MusterError('BAD_INPUT', 'A store in memory has no files to back up.')),
    close: () => Promise.resolve(),
  });
  return Promise.resolve(store);
};
