import type { Document } from '../../ports/store.ts';
import type { OpenFile } from '../../ports/files.ts';
import type { MemoryTables } from '../memory/memory-tables.ts';
import { Unread, type Row, type Stored } from '../memory/row.ts';
import type { SavedTable } from '../memory/saved-table.ts';
import { readRange } from './file-io.ts';
import { putRow } from './replay.ts';
import { createSavedReader } from './saved-lines.ts';
import { damagedIn, type SnapshotEnd } from './snapshot-check.ts';

export interface SnapshotHead {
  readonly version: number;
  readonly generation: number;
  readonly savedAt: number;
}

const CHUNK = 1 << 20;
const NEWLINE = 10;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;
/** Ends the indexes. Those of a collection begin with its name, and the lines in it with other signs. */
const BRACE = 0x7d;

const parseHead = (line: string): SnapshotHead | undefined => {
  const match = /^\{"format":"muster-store","version":(\d+),"generation":(\d+),"savedAt":(\d+),$/.exec(line);
  return match ? { version: Number(match[1]), generation: Number(match[2]), savedAt: Number(match[3]) } : undefined;
};

export const readHead = async (file: OpenFile): Promise<SnapshotHead | undefined> => {
  const start = (await readRange(file, 0, 256)).toString('latin1');
  return parseHead(start.slice(0, start.indexOf('\n')));
};

/** Whole lines, about a megabyte at a time, compared with their checksums. The next are read while the last are worked on. */
async function* wholeLines(file: OpenFile, end: SnapshotEnd): AsyncGenerator<Buffer> {
  const size = CHUNK - (CHUNK % end.block) || end.block;
  const read = (start: number): Promise<Buffer> => readRange(file, start, Math.min(end.bytes, start + size));
  let rest: Buffer = Buffer.alloc(0);
  let next = read(0);
  for (let start = 0; start < end.bytes; start += size) {
    const bytes = await next;
    if (damagedIn(bytes, start, end).length > 0) throw new Error('its checksums do not fit');
    next = read(start + size);
    // Seen when it is waited for.
    next.catch(() => undefined);
    const first = bytes.indexOf(NEWLINE) + 1;
    const last = bytes.lastIndexOf(NEWLINE) + 1;
    // Only the line that two reads share is copied: what is read stays in use as it is.
    if (first > 0) yield Buffer.concat([rest, bytes.subarray(0, first)]);
    if (last > first) yield bytes.subarray(first, last);
    rest = first > 0 ? bytes.subarray(last) : Buffer.concat([rest, bytes]);
  }
  if (rest.length > 0) yield rest;
}

const ID = Buffer.from('{"id":"');

/** The id of a document that begins with it, in plain ASCII, as all that we write do. */
const idAt = (bytes: Buffer, at: number): string | undefined => {
  for (let place = 0; place < ID.length; place += 1) if (bytes[at + place] !== ID[place]) return undefined;
  const start = at + ID.length;
  for (let end = start; ; end += 1) {
    const byte = bytes[end] ?? BACKSLASH;
    if (byte === QUOTE) return bytes.toString('latin1', start, end);
    if (byte === BACKSLASH || byte > 0x7e) return undefined;
  }
};

const rowAt = (bytes: Buffer, at: number, end: number): readonly [id: string, stored: Stored] => {
  const unread = new Unread(bytes, at, end);
  const id = idAt(bytes, at);
  if (id !== undefined) return [id, unread];
  const document = JSON.parse(unread.json) as Document;
  return [document.id, document];
};

/**
 * Reads the documents of a snapshot into empty tables, without parsing them, and returns what it says of their indexes. Throws when
 * it does not fit its checksums or holds a document twice.
 */
export const readSnapshot = async (file: OpenFile, end: SnapshotEnd, tables: MemoryTables): Promise<Map<string, SavedTable>> => {
  const saved = createSavedReader();
  let rows: Map<string, Row> | undefined;
  let inIndexes = false;
  for await (const bytes of wholeLines(file, end)) {
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, at);
      const close = newline < 0 ? bytes.length : newline;
      // Documents are one line each and begin with a brace, so a bracket at the start of a line ends the collection.
      if (rows && bytes[at] === BRACKET) rows = undefined;
      else if (rows) putRow(rows, ...rowAt(bytes, at, bytes[close - 1] === COMMA ? close - 1 : close));
      else if (inIndexes) {
        if (bytes[at] === BRACE) inIndexes = false;
        else saved.take(bytes.subarray(at, close));
      } else {
        const line = bytes.toString('utf8', at, close);
        const name = /^(".*"):\[$/.exec(line)?.[1];
        if (name !== undefined) ({ rows } = tables.ensure(JSON.parse(name) as string));
        inIndexes = line === '"indexes":{';
      }
      at = close + 1;
    }
  }
  return saved.tables;
};
