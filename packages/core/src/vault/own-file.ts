import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** Opens for reading without following a link, and without waiting where it is a pipe that nobody writes to. */
export const openUnfollowed = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

/** At most `limit` bytes and one more, by which the caller sees that it is longer. */
export const readBounded = async (handle: FileHandle, limit: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(limit + 1);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
};

export const errorCodeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const syncDirectoryOf = async (path: string): Promise<void> => {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

/** The name under which a file is prepared. One that is there was left by a crash. */
export const preparedName = (path: string): string => `${path}.new`;

const prepare = async (path: string, text: string): Promise<string> => {
  const prepared = preparedName(path);
  await rm(prepared, { force: true });
  const handle = await open(prepared, 'wx', OWNER_ONLY);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return prepared;
};

/** The old content or the new one, whatever happens; on disk when it resolves. For its owner only. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const prepared = await prepare(path, text);
  await rename(prepared, path);
  await syncDirectoryOf(path);
};

/** The whole file or none, never in the place of one that is there (EEXIST). For its owner only. */
export const createFile = async (path: string, text: string): Promise<void> => {
  const prepared = await prepare(path, text);
  try {
    await link(prepared, path);
  } finally {
    await rm(prepared, { force: true });
  }
  await syncDirectoryOf(path);
};
