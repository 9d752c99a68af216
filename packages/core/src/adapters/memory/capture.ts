import type { MemoryTables } from './memory-tables.ts';
import type { Stored } from './row.ts';
import type { SavedTable } from './saved-table.ts';

/** All documents of all collections at one moment. Taken at once; what changes afterwards does not touch it. */
export interface Captured {
  readonly collections: readonly CapturedCollection[];
}

export interface CapturedCollection {
  readonly name: string;
  readonly documents: readonly Stored[];
  /** Its indexes at that moment; absent where none are known. */
  readonly saved?: SavedTable;
}

export const capture = (tables: MemoryTables): Captured => ({
  collections: tables.names().map((name) => {
    const table = tables.table(name);
    return { name, documents: Array.from(table.rows.values(), (row) => row.stored), saved: table.save() };
  }),
});
