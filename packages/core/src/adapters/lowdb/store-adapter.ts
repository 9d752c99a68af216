import type { Adapter } from 'lowdb';
import type { Files } from '../../ports/files.ts';
import { createMemoryTables, type MemoryTables } from '../memory/memory-tables.ts';
import type { CollectionDefinition } from '../../ports/store.ts';
import { using } from './file-io.ts';
import { openJournal, type Journal, type JournalPosition } from './journal.ts';
import { placeSnapshot, writeNewStore } from './new-store.ts';
import { recover, type Recovered } from './recover.ts';
import { checkSnapshot } from './snapshot-check.ts';
import { capture, type Captured } from '../memory/capture.ts';
import { pathsIn, SNAPSHOT } from './store-files.ts';

export interface StoreAdapterOptions {
  readonly files: Files;
  readonly directory: string;
  readonly collections: readonly CollectionDefinition[];
  readonly now: () => number;
  /** The journal is folded into the snapshot when it has grown to this, or to half of the snapshot if that is more. */
  readonly compactBytes: number;
}

/** So much journal, or more, is folded in before the store is closed: replaying it would make the next start longer than that takes. */
const FOLDED_AT_CLOSE = 2 << 20;

/**
 * lowdb's adapter for data that is too much to write whole at every change: `read` loads the snapshot and replays the journals
 * after it, `write` folds everything into a new snapshot, and `append` makes one change durable.
 */
export const createStoreAdapter = (options: StoreAdapterOptions) => {
  const { files, directory, collections, now } = options;
  const paths = pathsIn(directory);
  const place = { files, directory, paths };
  let journal: Journal | undefined;
  let savedAt: number | null = null;
  let snapshotBytes = 0;
  /** The first journal that the snapshot does not hold. */
  let oldest = 1;
  let notes: readonly string[] = [];
  let compacting: Promise<void> | undefined;
  let failedToCompact = false;
  let closing = false;
  let read: MemoryTables | undefined;

  const opened = (): Journal => {
    if (!journal) throw new Error('The store has not been read.');
    return journal;
  };

  const putSnapshot = async (captured: Captured, generation: number): Promise<void> => {
    snapshotBytes = await placeSnapshot(place, captured, { generation, savedAt: now() });
  };

  const compact = async (tables: MemoryTables): Promise<void> => {
    let captured: Captured = { collections: [] };
    await opened().rotate(() => {
      captured = capture(tables);
    });
    const { generation } = opened().position;
    await putSnapshot(captured, generation);
    for (; oldest < generation; oldest += 1) await files.remove(paths.journal(oldest));
  };

  const tryToCompact = async (tables: MemoryTables): Promise<void> => {
    // If it fails all is still in the journals; the next try comes when the newest has grown as much.
    failedToCompact = true;
    await compact(tables);
    failedToCompact = false;
  };

  const compactOnce = (tables: MemoryTables): Promise<void> => {
    compacting ??= tryToCompact(tables).finally(() => {
      compacting = undefined;
    });
    return compacting;
  };

  /** Is there so much in the journals that they should be folded in? A mended journal leaves a file behind each time. */
  const isDue = ({ generation, bytes }: JournalPosition): boolean =>
    bytes >= Math.max(options.compactBytes, snapshotBytes / 2) || (generation - oldest >= 2 && !failedToCompact);

  const begin = async (): Promise<Recovered> => {
    const head = { generation: 1, savedAt: now() };
    const { journalBytes, bytes } = await writeNewStore(place, { collections: [] }, head);
    return { position: { generation: 1, bytes: journalBytes }, snapshotBytes: bytes, oldest: 1, savedAt: now(), notes: [] };
  };

  const adapter: Adapter<MemoryTables> = {
    async read() {
      await files.makeDirectory(directory);
      const tables = createMemoryTables(collections);
      const recovered = (await recover(place, tables)) ?? (await begin());
      ({ snapshotBytes, oldest, notes, savedAt } = recovered);
      const onBatch = (position: JournalPosition): void => {
        savedAt = now();
        if (!closing && !compacting && isDue(position)) compactOnce(tables).catch(() => undefined);
      };
      journal = await openJournal({ ...place, position: recovered.position, onBatch });
      read = tables;
      return tables;
    },
    write: (tables) => compactOnce(tables),
  };

  return {
    ...adapter,
    append: (text: string, done: (error?: Error) => void): void => opened().append(text, done),
    get failed() {
      return opened().failed;
    },
    mend: (): Promise<void> => opened().mend(),
    facts: () => ({ bytes: snapshotBytes + opened().position.bytes, savedAt, recovered: notes }),
    async check(): Promise<string[]> {
      // A compaction would take the file away in the middle.
      await compacting?.catch(() => undefined);
      const result = await using(files.open(paths.snapshot, 'read'), checkSnapshot);
      return result.whole ? [] : [`${SNAPSHOT}: ${result.reason}`];
    },
    async backup(target: string, captured: Captured): Promise<number> {
      const { bytes } = await writeNewStore({ files, directory: target, paths: pathsIn(target) }, captured, {
        generation: 1,
        savedAt: now(),
      });
      return bytes;
    },
    async close(): Promise<void> {
      closing = true;
      await compacting?.catch(() => undefined);
      const { failed, position } = opened();
      // If it fails all is still in the journals.
      if (read && !failed && position.bytes >= Math.min(FOLDED_AT_CLOSE, options.compactBytes))
        await compactOnce(read).catch(() => undefined);
      await opened().close();
      await compacting?.catch(() => undefined);
    },
  };
};

export type StoreAdapter = ReturnType<typeof createStoreAdapter>;
