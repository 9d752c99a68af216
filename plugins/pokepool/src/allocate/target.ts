import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, copyFile, link, lstat, open, readlink, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { MusterError, safeText } from '@muster/sdk';

/** Where an allocation is written, and what it keeps beside that place while it does. */
export interface Target {
  readonly path: string;
  /** The new file, until it is put in place. */
  readonly temporary: string;
  /** The old file, until the new one is committed. */
  readonly former: string;
}

const refuse = (path: string, why: string): never => {
  throw new MusterError('BAD_INPUT', `accountcsv: ${safeText(path, 400)} ${why}`);
};

/** Looks whether a file can be put there, before anything is taken. BAD_INPUT says why not. */
export async function findTarget(given: string, taskId: string): Promise<Target> {
  if (!isAbsolute(given))
    refuse(given, 'is not a full path. The host has a folder of its own; say where the file goes from the root on.');
  if (given.endsWith('/')) refuse(given, 'is a folder. Name the file in it.');
  let folder = '';
  try {
    folder = await realpath(dirname(given));
  } catch {
    refuse(given, 'has no such folder. Make the folder first.');
  }
  const path = join(folder, basename(given));
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) {
    refuse(given, `is a link to ${safeText(await readlink(path), 400)}. Name that file itself, or remove the link.`);
  }
  if (found?.isDirectory()) refuse(given, 'is a folder. Name the file in it.');
  if (found && !found.isFile()) refuse(given, 'is not a regular file.');
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    refuse(given, 'cannot be written: its folder is not open to the host. Choose another folder, or change its rights.');
  }
  const beside = join(folder, `.${basename(given)}.${taskId}`);
  return { path, temporary: `${beside}.new`, former: `${beside}.old` };
}

/** Makes the new file, empty, for the owner only. */
export async function openTemporary({ path, temporary }: Target): Promise<FileHandle> {
  try {
    await rm(temporary, { force: true });
    return await open(temporary, 'wx', 0o600);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new MusterError('BAD_INPUT', `accountcsv: ${safeText(path, 400)} cannot be written (${code}). Choose another folder.`, {
      cause: thrown,
    });
  }
}

/** Writes pieces, makes them durable, and says their checksum. Closes the handle. */
export async function writeDurably(handle: FileHandle, pieces: Iterable<string>): Promise<string> {
  const hash = createHash('sha256');
  try {
    for (const piece of batches(pieces)) {
      hash.update(piece);
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

function* batches(pieces: Iterable<string>): Generator<string> {
  let batch: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    batch.push(piece);
    length += piece.length;
    if (length < 256 * 1024) continue;
    yield batch.join('');
    batch = [];
    length = 0;
  }
  yield batch.join('');
}

/** Puts the new file in place of the old one, which stays beside it until `settleTarget`. */
export async function replaceTarget({ path, temporary, former }: Target): Promise<void> {
  await rm(former, { force: true });
  // A second name for the old file; a copy where the file system knows no second names.
  if (await exists(path)) await link(path, former).catch(() => copyFile(path, former, constants.COPYFILE_EXCL));
  await rename(temporary, path);
  await syncFolder(path);
}

/** Nothing is left beside the file. */
export async function settleTarget({ path, temporary, former }: Target): Promise<void> {
  await rm(temporary, { force: true });
  await rm(former, { force: true });
  await syncFolder(path);
}

/** As it was before: the old file back where the new one (known by its checksum) already stands. */
export async function undoTarget(target: Target, sha256: string | undefined): Promise<void> {
  const { path, former } = target;
  if (sha256 !== undefined && (await checksumOf(path)) === sha256) {
    const had = await lstat(former).catch(() => undefined);
    await (had ? rename(former, path) : rm(path, { force: true }));
  }
  await settleTarget(target);
}

/** The file's SHA-256 in hex; undefined when there is no file to read. */
export async function checksumOf(path: string): Promise<string | undefined> {
  const hash: Hash = createHash('sha256');
  try {
    for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

export const exists = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) !== undefined;

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
