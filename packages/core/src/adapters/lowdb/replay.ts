import { MusterError } from '@muster/sdk';
import type { MemoryTables } from '../memory/memory-tables.ts';
import { Row, type Stored } from '../memory/row.ts';
import { applyPatch, changedFields } from '../patch.ts';
import type { JournalEntry } from '../table-store.ts';

const misfit = (what: string): Error => new Error(`it ${what}, which does not fit what was stored before`);

/** Puts a document into a table whose indexes are not built yet. */
export const putRow = (rows: Map<string, Row>, id: string, stored: Stored): void => {
  const before = rows.size;
  rows.set(id, new Row(stored));
  // Asked so, each id is looked up once.
  if (rows.size === before) throw misfit(`holds the document ${id} twice`);
};

const replayEntry = (tables: MemoryTables, entry: JournalEntry): void => {
  const table = tables.ensure(entry[1]);
  if (entry[0] === 'insert') {
    if (table.rows.has(entry[2].id)) throw misfit(`holds the document ${entry[2].id} twice`);
    table.insert(entry[2]);
    return;
  }
  if (entry[0] === 'delete') {
    if (!table.rows.has(entry[2])) throw misfit(`deletes the unknown document ${entry[2]}`);
    table.delete(entry[2]);
    return;
  }
  const fields = changedFields(entry[3]);
  for (const id of entry[2]) {
    const row = table.rows.get(id);
    if (!row) throw misfit(`changes the unknown document ${id}`);
    table.replace(applyPatch(row.document, entry[3]), fields);
  }
};

/** Applies the transactions of one journal line, in order. */
export const replay = (tables: MemoryTables, line: readonly (readonly JournalEntry[])[]): void => {
  try {
    for (const entry of line.flat()) replayEntry(tables, entry);
  } catch (error) {
    // A change that the tables refuse was never acknowledged: this is not what we wrote.
    throw error instanceof MusterError ? new Error(error.message, { cause: error }) : error;
  }
};
