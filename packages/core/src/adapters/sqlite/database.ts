import { closeSync, existsSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MusterError } from '@muster/sdk';
import type { CollectionDefinition } from '../../ports/store.ts';
import { APPLICATION, NEW_STORE, prepareSchema, VERSION, type OnRewrite } from './schema.ts';

export const DATABASE = 'store.db';

const LOG_PAGES = 16000;

const corrupt = (directory: string, reason: string, cause?: unknown): MusterError =>
  new MusterError(
    'STORE_CORRUPT',
    `The store in ${directory} is damaged: ${DATABASE}: ${reason}. Nothing was changed. Put back a backup, or save what can be ` +
      `read with SQLite's own "sqlite3 ${DATABASE} .recover".`,
    { cause, details: { directory, file: DATABASE } },
  );

const numberOf = (database: DatabaseSync, pragma: string): number =>
  Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] as number;

const syncDirectory = (directory: string): void => {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

/** Makes the file under another name first, so that one of this name is never empty: an empty one is damage. */
const createDatabase = (directory: string): void => {
  const unfinished = join(directory, `.${DATABASE}.tmp`);
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  const database = new DatabaseSync(unfinished);
  database.exec(`PRAGMA synchronous = FULL; BEGIN; ${NEW_STORE} COMMIT;`);
  database.close();
  renameSync(unfinished, join(directory, DATABASE));
  syncDirectory(directory);
};

/** SQLite meets a file that was cut short only when it reads there. */
const checkLength = (directory: string, database: DatabaseSync): void => {
  const log = join(directory, `${DATABASE}-wal`);
  if (existsSync(log) && statSync(log).size > 0) return;
  const descriptor = openSync(join(directory, DATABASE), 'r');
  const { size } = fstatSync(descriptor);
  closeSync(descriptor);
  const expected = numberOf(database, 'page_count') * numberOf(database, 'page_size');
  if (size < expected) throw corrupt(directory, `it should have ${expected} bytes and has ${size}`);
};

const FULL = 13;

export const isFull = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) === FULL;

/** Malformed, a constraint broken, a wrong type, no database: what we write meets none of them in a file that holds what was written. */
const OF_THE_FILE = new Set([11, 19, 20, 26]);

/** An error of SQLite in our terms; others as they are. */
export const translate = (directory: string, error: unknown): unknown => {
  const { errcode, message } = error as { errcode?: number; message: string };
  if (error instanceof SyntaxError) return corrupt(directory, `it holds text that is not what was written (${message})`, error);
  if (error instanceof MusterError || errcode === undefined) return error;
  const kind = errcode & 0xff;
  // What we ask for is always there, unless the text of a table's definition is not what was written.
  const isOtherTable = kind === 1 && /^no such (table|column|index)|^malformed/.test(message);
  if (OF_THE_FILE.has(kind) || isOtherTable) return corrupt(directory, message, error);
  return new MusterError(
    'STORE_FAILED',
    `A write to the store failed (${kind === FULL ? 'the disk is full' : message}). Nothing of the change was kept, and what was saved before is ` +
      'safe. Mend the cause, such as freeing space; the store tries again with the next change.',
    { cause: error },
  );
};

export interface DatabaseOptions {
  readonly directory: string;
  readonly collections: readonly CollectionDefinition[];
  /** The one connection that writes, or one that reads beside it. */
  readonly role: 'writer' | 'reader';
  readonly onRewrite?: OnRewrite;
}

/** Errors: STORE_CORRUPT, STORE_VERSION. */
export const openDatabase = ({ directory, collections, role, onRewrite }: DatabaseOptions): DatabaseSync => {
  const path = join(directory, DATABASE);
  if (role === 'writer' && !existsSync(path)) {
    if (existsSync(`${path}-wal`)) throw corrupt(directory, 'it is missing, and its log is there');
    createDatabase(directory);
  }
  const database = new DatabaseSync(path);
  try {
    if (numberOf(database, 'application_id') !== APPLICATION) throw corrupt(directory, 'it is empty or not a store');
    const version = numberOf(database, 'user_version');
    if (version > VERSION)
      throw new MusterError(
        'STORE_VERSION',
        `The store in ${directory} was written by a newer muster (format ${version}, this one reads ${VERSION}). Update muster.`,
      );
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;');
    // A claim changes some hundred pages, an import thousands, and the same ones again and again: folded into the file seldom
    // (a log of 64 MB), they are folded in once.
    database.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA journal_size_limit = ${LOG_PAGES * 4096};`);
    database.exec(`PRAGMA cache_size = ${role === 'writer' ? -24_000 : -16_000}`);
    if (role === 'writer') {
      checkLength(directory, database);
      prepareSchema(database, collections, onRewrite);
    }
    return database;
  } catch (error) {
    database.close();
    throw translate(directory, error);
  }
};
