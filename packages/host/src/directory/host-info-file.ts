import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HOST_INFO_FILE, type HostInfo } from '@muster/api';
import { directoryError } from './data-directory.ts';

/** Whole or not at all: readers look at any moment. */
export async function writeHostInfo(directory: string, info: HostInfo): Promise<void> {
  const file = join(directory, HOST_INFO_FILE);
  const draft = `${file}.new`;
  try {
    await rm(draft, { force: true });
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(info)}\n`);
    await handle.sync();
    await rename(draft, file);
  } catch (thrown) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw directoryError(directory, thrown);
  }
}

export const removeHostInfo = (directory: string): Promise<void> => rm(join(directory, HOST_INFO_FILE), { force: true });
