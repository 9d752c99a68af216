import { writeSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import type { Files, OpenFile } from '../ports/files.ts';

const FLAGS = { read: 'r', change: 'r+', create: 'w+' } as const;
const OWNER_ONLY = 0o600;

const openFile = async (path: string, mode: keyof typeof FLAGS): Promise<OpenFile> => {
  const handle = await open(path, FLAGS[mode], OWNER_ONLY);
  // A file that was there, put back from a backup say, may be open to others.
  if (mode !== 'read') await handle.chmod(OWNER_ONLY);
  return {
    size: async () => (await handle.stat()).size,
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    writeNow: (bytes, position) => writeSync(handle.fd, bytes, 0, bytes.length, position),
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
};

/** The machine's own files. */
export const nodeFiles: Files = {
  list: (directory) => readdir(directory),
  makeDirectory: async (directory) => void (await mkdir(directory, { recursive: true, mode: 0o700 })),
  open: openFile,
  rename,
  remove: (path) => rm(path),
  async syncDirectory(directory) {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
