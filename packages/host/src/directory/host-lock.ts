import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MusterError } from '@muster/sdk';

/** A connection that nothing refers to is collected, and its lock with it: within a second, when it was tried. */
const held = new Set<DatabaseSync>();

const SQLITE_BUSY = 5;
const CAUSES: Readonly<Record<number, string>> = {
  8: 'it is read-only. Mount it writable, or choose another folder with --data',
  10: 'the disk failed',
  13: 'the disk is full. Free some space and start again; nothing was lost',
  14: 'host.lock cannot be opened for writing. Is the file system read-only? Mount it writable, or choose another folder with --data',
  26: 'host.lock is not the lock of a host. Move it away',
};

/**
 * Takes the kernel's lock on a data directory through SQLite, which the kernel drops when the holder dies, however it dies. Returns what frees
 * it, or `undefined` when another process holds it. Nobody else may ever open `host.lock`: closing it would free the lock (POSIX).
 */
export function takeHostLock(directory: string): (() => void) | undefined {
  const file = join(directory, 'host.lock');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    chmodSync(file, 0o600);
    const connection = database;
    held.add(connection);
    return () => {
      if (held.delete(connection)) connection.close();
    };
  } catch (thrown) {
    database?.close();
    const { errcode, message } = thrown as { errcode?: number; message: string };
    if (errcode === SQLITE_BUSY) return undefined;
    const why = CAUSES[errcode ?? 0] ?? message;
    throw new MusterError('DATA_DIR', `The data directory ${directory} cannot be locked: ${why}.`, { cause: thrown });
  }
}
