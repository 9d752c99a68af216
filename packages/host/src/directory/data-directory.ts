import { chmod, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { makeFolders } from '@muster/api';
import { MusterError } from '@muster/sdk';

const CAUSES: Readonly<Record<string, string>> = {
  EROFS: 'it is on a read-only file system. Mount it writable, or choose another folder with --data',
  EACCES: 'it may not be written by this user. Choose another folder with --data, or take this one over with chown',
  EPERM: 'it may not be changed by this user. Choose another folder with --data, or take this one over with chown',
  ENOSPC: 'the disk is full. Free some space and start again; nothing was lost',
  EDQUOT: 'the disk quota is used up. Free some space and start again; nothing was lost',
  ENOENT: 'no folder can be made there. Choose another with --data',
  ENOTDIR: 'something on its path is a file, not a folder. Choose another with --data',
  EEXIST: 'there is a file of that name. Choose another folder with --data',
  ENAMETOOLONG: 'its path is too long. Choose a shorter one with --data',
};

/** DATA_DIR with what to do, from what the file system said. */
export function directoryError(directory: string, thrown: unknown): MusterError {
  if (thrown instanceof MusterError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  const why = CAUSES[code ?? ''] ?? message;
  return new MusterError('DATA_DIR', `The data directory ${directory} cannot be used: ${why}.`, { cause: thrown });
}

/** Folders that others use too: making them private would lock people out. */
const isShared = (path: string, mode: number): boolean =>
  path === parse(path).root || path === homedir() || path === tmpdir() || (mode & 0o1000) !== 0;

/**
 * Makes the folder if need be and returns its real path: ours, and closed to everybody else. An open one of ours is closed; a foreign
 * one, or one that is plainly meant for several people, is refused with DATA_DIR.
 */
export async function prepareDataDirectory(directory: string): Promise<string> {
  try {
    makeFolders(directory);
    const path = await realpath(directory);
    const facts = await stat(path);
    const uid = process.getuid?.();
    if (uid !== undefined && facts.uid !== uid) {
      throw new MusterError(
        'DATA_DIR',
        `The data directory ${path} belongs to another user (uid ${facts.uid}, this is ${uid}). Choose another with --data, or take it over: chown -R ${uid} '${path}'`,
      );
    }
    if ((facts.mode & 0o077) !== 0) {
      if (isShared(path, facts.mode)) {
        throw new MusterError(
          'DATA_DIR',
          `${path} is not a folder for one program alone. Choose one, such as --data '${join(path, 'muster')}'.`,
        );
      }
      await chmod(path, 0o700);
    }
    return path;
  } catch (thrown) {
    throw directoryError(directory, thrown);
  }
}
