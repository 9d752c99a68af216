import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { MemoryTables } from '../memory/memory-tables.ts';
import type { SavedTable } from '../memory/saved-table.ts';
import type { MemoryTable } from '../memory/table.ts';
import type { JournalEntry } from '../table-store.ts';
import { storeCorrupt, storeTooNew } from './damage.ts';
import { readRange, using } from './file-io.ts';
import type { JournalHeader, JournalPosition } from './journal.ts';
import { readLines } from './journal-line.ts';
import type { Place } from './new-store.ts';
import { replay } from './replay.ts';
import { checkSnapshot, readEnd } from './snapshot-check.ts';
import { readHead, readSnapshot, type SnapshotHead } from './snapshot-reader.ts';
import { generationsIn, journalName, SNAPSHOT, UNFINISHED } from './store-files.ts';

export interface Recovered {
  readonly position: JournalPosition;
  /** Bytes of the snapshot. */
  readonly snapshotBytes: number;
  /** The first journal that the snapshot does not hold. */
  readonly oldest: number;
  readonly savedAt: number;
  /** In words; empty when nothing had to be done. */
  readonly notes: readonly string[];
}

interface JournalFile {
  readonly generation: number;
  readonly bytes: Buffer;
}

/** So much journal is replayed change by change into the indexes that the snapshot says; behind more, they are made anew. */
const FEW_CHANGES = 4 << 20;

interface Loaded extends SnapshotHead {
  readonly bytes: number;
  readonly saved: Map<string, SavedTable>;
}

const loadSnapshot = ({ files, directory, paths }: Place, tables: MemoryTables): Promise<Loaded> =>
  using(files.open(paths.snapshot, 'read'), async (file) => {
    const head = await readHead(file);
    if (head && head.version > 1) throw storeTooNew(directory, SNAPSHOT, head.version);
    const bytes = await file.size();
    const end = await readEnd(file, bytes);
    if (typeof end === 'string') throw new Error(end);
    try {
      if (!head) throw new Error('its first line cannot be read');
      return { ...head, bytes, saved: await readSnapshot(file, end, tables) };
    } catch (error) {
      const check = await checkSnapshot(file);
      throw check.whole ? error : new Error(check.reason, { cause: error });
    }
  });

export const readJournal = ({ files, paths }: Place, generation: number): Promise<JournalFile> =>
  using(files.open(paths.journal(generation), 'read'), async (file) => ({
    generation,
    bytes: await readRange(file, 0, await file.size()),
  }));

export const headerOf = ({ bytes }: JournalFile): JournalHeader | undefined => {
  const [first] = readLines(bytes);
  if (first?.kind !== 'line') return undefined;
  const header = JSON.parse(first.text) as JournalHeader;
  return header.format === 'muster-journal' ? header : undefined;
};

/** Was this file begun by a crash in the middle of its first line, or not even that? */
const isUnused = ({ bytes }: JournalFile): boolean => {
  const [first] = readLines(bytes);
  return first === undefined || first.kind === 'torn';
};

/** A store in use had the first line of its first journal before anything else; a folder without even that never was one. */
const isNew = (names: readonly string[], journals: readonly JournalFile[]): boolean =>
  !names.includes(SNAPSHOT) &&
  journals.every((journal) => journal.generation === 1 && (isUnused(journal) || [...readLines(journal.bytes)].length === 1));

/** A journal's header, which has to follow the one before. */
const checkedHeader = (place: Place, journal: JournalFile, before: JournalFile | undefined): JournalHeader => {
  const header = headerOf(journal);
  if (header && header.version > 1) throw storeTooNew(place.directory, journalName(journal.generation), header.version);
  if (header?.generation !== journal.generation) throw new Error('the line at byte 0 does not fit its checksum');
  if (before && header.after?.generation !== before.generation)
    throw new Error(`the journal ${header.after?.generation ?? ''} before it is missing`);
  return header;
};

/** Replays one journal and returns where its safe part ends. `end` is where the next journal says that it ends. */
const replayJournal = ({ bytes }: JournalFile, tables: MemoryTables, end: number | undefined): number => {
  if (end !== undefined && bytes.length < end) throw new Error(`it should have ${end} bytes and has ${bytes.length}`);
  let safe = 0;
  for (const part of readLines(end === undefined ? bytes : bytes.subarray(0, end))) {
    if (part.kind === 'torn' && end === undefined) break;
    if (part.kind !== 'line') throw new Error(`the line at byte ${part.at} does not fit its checksum`);
    if (part.at > 0) replay(tables, JSON.parse(part.text) as JournalEntry[][]);
    safe = part.end;
  }
  return safe;
};

const cutBack = ({ files, paths }: Place, generation: number, size: number): Promise<void> =>
  using(files.open(paths.journal(generation), 'change'), async (file) => {
    await file.truncate(size);
    await file.sync();
  });

const cutNote = (generation: number, bytes: number): string =>
  `${journalName(generation)}: the last ${bytes} bytes were of a write that a crash cut short. It was never acknowledged, and has been removed.`;

const eachTable = (tables: MemoryTables, work: (table: MemoryTable) => void): void =>
  tables.names().forEach((name) => work(tables.table(name)));

const countOf = (tables: MemoryTables): number => tables.names().reduce((sum, name) => sum + tables.table(name).rows.size, 0);

/**
 * Reads snapshot and journals into empty tables. A write cut short by a crash is cut off and noted; any other
 * damage is refused, with nothing changed. Undefined when there is no store yet.
 * Errors: STORE_CORRUPT, STORE_VERSION.
 */
export const recover = async (place: Place, tables: MemoryTables): Promise<Recovered | undefined> => {
  const { files, directory } = place;
  let salvage = '';
  /** Any error of the work but our own means that the file is not what we wrote. */
  const reading = async <T>(file: string, work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MusterError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
      throw storeCorrupt({ directory, file, reason: (error as Error).message, salvage });
    }
  };

  const names = await files.list(directory);
  const found = generationsIn(names);
  const journals = await Promise.all(found.map((generation) => readJournal(place, generation)));
  if (isNew(names, journals)) return undefined;
  const snapshot = await reading(SNAPSHOT, () => {
    if (!names.includes(SNAPSHOT)) throw new Error(`it is missing, and its journals (${found.join(', ')}) are there`);
    return loadSnapshot(place, tables);
  });
  salvage = `The ${countOf(tables)} documents of the snapshot are sound.`;

  const live = journals.filter(({ generation }) => generation >= snapshot.generation);
  const isShort = live.reduce((sum, { bytes }) => sum + bytes.length, 0) <= FEW_CHANGES;
  await reading(SNAPSHOT, () =>
    eachTable(tables, (table) => (isShort ? table.build(snapshot.saved.get(table.name)) : table.defer())),
  );
  const unused = live.length > 1 && isUnused(live.at(-1) as JournalFile) ? live.pop() : undefined;
  if (live[0]?.generation !== snapshot.generation)
    await reading(journalName(snapshot.generation), () => Promise.reject(new Error('it is missing; the snapshot goes on in it')));
  let safe = 0;
  for (const [at, journal] of live.entries()) {
    const next = live[at + 1];
    const end = next && (await reading(journalName(next.generation), () => checkedHeader(place, next, journal).after?.bytes));
    await reading(journalName(journal.generation), () => {
      checkedHeader(place, journal, undefined);
      safe = replayJournal(journal, tables, end);
    });
    salvage = `The snapshot and the journals up to ${journalName(journal.generation)} are sound: ${countOf(tables)} documents.`;
  }
  if (!isShort) await reading(SNAPSHOT, () => eachTable(tables, (table) => table.build()));

  const last = live.at(-1) as JournalFile;
  const torn = last.bytes.length - safe;
  if (torn > 0) await cutBack(place, last.generation, safe);
  const leftOver = found
    .filter((generation) => generation < snapshot.generation || generation === unused?.generation)
    .map(journalName);
  for (const name of [...leftOver, ...names.filter((each) => each === UNFINISHED)]) await files.remove(join(directory, name));
  return {
    position: { generation: last.generation, bytes: safe },
    snapshotBytes: snapshot.bytes,
    oldest: snapshot.generation,
    savedAt: snapshot.savedAt,
    notes: torn > 0 ? [cutNote(last.generation, torn)] : [],
  };
};
