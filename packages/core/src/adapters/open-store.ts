import { readdir } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';
import type { Store, StoreOptions } from '../ports/store.ts';
import { openLowdbStore } from './lowdb-store.ts';
import { openMemoryStore } from './memory-store.ts';
import { finishExchange } from './store-exchange.ts';

const STORE_KINDS = ['memory', 'lowdb', 'sqlite'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];
export type StoredKind = 'lowdb' | 'sqlite';

const MARKS: Record<StoredKind, string> = { lowdb: 'store.json', sqlite: 'store.db' };

/**
 * The kind of store that a folder holds; undefined when it holds none. Errors: DATA_DIR when there are two, which no move leaves
 * behind: nobody can tell which one counts.
 */
export const storeKindIn = async (directory: string): Promise<StoredKind | undefined> => {
  const names: string[] = await readdir(directory).catch(() => []);
  const [first, second] = (['lowdb', 'sqlite'] as const).filter((kind) => names.some((name) => name.startsWith(MARKS[kind])));
  if (second === undefined) return first;
  throw new MusterError(
    'DATA_DIR',
    `${directory} holds a store of lowdb (${MARKS.lowdb}) and one of sqlite (${MARKS.sqlite}). Move the files of the one that does not count elsewhere.`,
  );
};

export const openStoreOf = async (kind: StoredKind, options: StoreOptions): Promise<Store> => {
  if (kind === 'lowdb') return openLowdbStore(options);
  // Only who stores in SQLite pays for loading it.
  const { openSqliteStore } = await import('./sqlite-store.ts');
  return openSqliteStore(options);
};

/**
 * Opens the store of a folder: the kind that is there, else the one that is asked for, else lowdb. A move or restore that a crash
 * interrupted is finished first. Errors: those of the stores, and DATA_DIR when the folder holds another kind than is asked for
 * (opening an empty store beside it would hide it).
 */
export const openStore = async (asked: StoreKind | undefined, options: StoreOptions): Promise<Store> => {
  if (asked === 'memory') return openMemoryStore(options);
  const { directory } = options;
  await finishExchange(directory);
  const found = await storeKindIn(directory);
  if (asked !== undefined && found !== undefined && asked !== found)
    throw new MusterError(
      'DATA_DIR',
      `The data in ${directory} are in a ${found} store, and ${asked} is asked for. Carry them over first: muster store move ${asked}`,
    );
  return openStoreOf(found ?? asked ?? 'lowdb', options);
};
