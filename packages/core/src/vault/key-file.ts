import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';
import type { Random } from '../ports/clock.ts';
import { createFile, errorCodeOf, openUnfollowed, preparedName, readBounded } from './own-file.ts';
import { KEY_BYTES } from './wrapped-key.ts';

const MAX_BYTES = 1_024;

export interface KeyFileRules {
  /** Who must own the file. Default: the user of this process. */
  readonly uid?: number;
  /** A service manager keeps credentials in memory, owned by root and readable for the service's group. */
  readonly byServiceManager?: boolean;
}

const refuse = (path: string, why: string, cause?: unknown): MusterError =>
  new MusterError('VAULT_KEY_FILE', `The key file ${path} is refused: ${why}.`, { cause });

const check = async (handle: FileHandle, path: string, { uid, byServiceManager }: KeyFileRules): Promise<void> => {
  const stat = await handle.stat();
  const owner = uid ?? process.getuid?.();
  if (!stat.isFile()) throw refuse(path, 'it is not a regular file');
  if (owner !== undefined && stat.uid !== owner && !(byServiceManager && stat.uid === 0))
    throw refuse(path, `it belongs to user ${stat.uid}, not to user ${owner}`);
  const open = stat.mode & (byServiceManager ? 0o037 : 0o077);
  if (open !== 0 && process.platform !== 'win32')
    throw refuse(
      path,
      `others may use it (mode ${(stat.mode & 0o777).toString(8)}); run chmod 600 on it, and take a new key if others could read it`,
    );
  if (stat.nlink > 1) throw refuse(path, `it has ${stat.nlink} names (hard links)`);
  if (stat.size > MAX_BYTES) throw refuse(path, `it is larger than ${MAX_BYTES} bytes`);
};

/**
 * The text of a file that holds a key or a passphrase; undefined when there is none. What is checked is the file that was
 * opened, so nobody can change it in between. VAULT_KEY_FILE when it is not fit to be trusted.
 */
export const readKeyFile = async (path: string, rules: KeyFileRules = {}): Promise<string | undefined> => {
  let handle: FileHandle;
  try {
    handle = await openUnfollowed(path);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw refuse(
      path,
      errorCodeOf(error) === 'ELOOP' ? 'it is a symbolic link' : `it cannot be opened (${errorCodeOf(error)})`,
      error,
    );
  }
  try {
    await check(handle, path, rules);
    const bytes = await readBounded(handle, MAX_BYTES);
    if (bytes.length > MAX_BYTES) throw refuse(path, `it is larger than ${MAX_BYTES} bytes`);
    const text = bytes.toString('utf8');
    bytes.fill(0);
    return text;
  } finally {
    await handle.close();
  }
};

/** Takes away what a crash left of making a key file: a second name of it would make it be refused. */
export const clearKeyFileLeftovers = (path: string): Promise<void> => rm(preparedName(path), { force: true });

/** A new random key in a new file. Never overwrites one. */
export const createKeyFile = async (path: string, random: Random): Promise<string> => {
  const text = Buffer.from(random.bytes(KEY_BYTES)).toString('hex');
  await createFile(path, `${text}\n`);
  return text;
};
