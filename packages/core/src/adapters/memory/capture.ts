import type { Document } from '../../ports/store.ts';
import type { MemoryTables } from './memory-tables.ts';

/** All documents of all collections at one moment. Taken at once; what changes afterwards does not touch it. */
export interface Captured {
  readonly collections: readonly { readonly name: string; readonly documents: readonly Document[] }[];
}

export const capture = (tables: MemoryTables): Captured => ({
  collections: tables.names().map((name) => ({
    name,
    documents: Array.from(tables.table(name).rows.values(), (row) => row.document),
  })),
});
