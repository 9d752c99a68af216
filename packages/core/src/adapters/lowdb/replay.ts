import type { Document } from '../../ports/store.ts';
import type { Row } from '../memory/sorted-rows.ts';
import type { MemoryTables } from '../memory/memory-tables.ts';
import { applyPatch } from '../patch.ts';
import type { JournalEntry } from '../table-store.ts';

const misfit = (what: string): Error => new Error(`it ${what}, which does not fit what was stored before`);

/** Puts documents into tables whose indexes are not built yet. */
export const loadDocuments = (rows: Map<string, Row>, documents: readonly Document[]): void => {
  for (const document of documents) {
    const before = rows.size;
    rows.set(document.id, { document });
    // Asked so, each id is looked up once.
    if (rows.size === before) throw misfit(`holds the document ${document.id} twice`);
  }
};

const replayEntry = (rows: Map<string, Row>, entry: JournalEntry): void => {
  if (entry[0] === 'insert') {
    loadDocuments(rows, [entry[2]]);
    return;
  }
  if (entry[0] === 'delete') {
    if (!rows.delete(entry[2])) throw misfit(`deletes the unknown document ${entry[2]}`);
    return;
  }
  for (const id of entry[2]) {
    const row = rows.get(id);
    if (!row) throw misfit(`changes the unknown document ${id}`);
    row.document = applyPatch(row.document, entry[3]);
  }
};

/** Applies the transactions of one journal line, in order, to tables whose indexes are not built yet. */
export const replay = (tables: MemoryTables, line: readonly (readonly JournalEntry[])[]): void => {
  for (const entry of line.flat()) replayEntry(tables.ensure(entry[1]).rows, entry);
};
