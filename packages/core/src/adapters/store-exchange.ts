import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFiles } from './node-files.ts';

// A store is exchanged for another one in steps that can each be done again after a crash: the new one is made ready in a
// folder of its own and marked as whole, the old files go out, that is marked too, and the new ones come in.

const INCOMING = 'incoming';
const REPLACED = 'replaced';
const WHOLE = 'whole';
const OUT = 'out';

const moveStoreFiles = async (from: string, to: string): Promise<void> => {
  const names: string[] = await readdir(from);
  for (const name of names.filter((each) => /^\.?store\./.test(each))) await rename(join(from, name), join(to, name));
  await nodeFiles.syncDirectory(to);
  await nodeFiles.syncDirectory(from);
};

const mark = async (folder: string, name: string): Promise<void> => {
  await writeFile(join(folder, name), '', { mode: 0o600, flush: true });
  await nodeFiles.syncDirectory(folder);
};

/** An empty folder for the store that is to come. */
export const beginExchange = async (directory: string): Promise<string> => {
  const incoming = join(directory, INCOMING);
  const replaced = join(directory, REPLACED);
  await rm(incoming, { recursive: true, force: true });
  await rm(replaced, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await mkdir(replaced, { mode: 0o700 });
  return incoming;
};

/** Finishes an exchange whose new store is whole; does nothing when there is none. The old files are kept in `replaced/`. */
export const finishExchange = async (directory: string): Promise<void> => {
  const incoming = join(directory, INCOMING);
  const names: string[] = await readdir(incoming).catch(() => []);
  if (!names.includes(WHOLE)) return;
  if (!names.includes(OUT)) {
    await moveStoreFiles(directory, join(directory, REPLACED));
    await mark(incoming, OUT);
  }
  await moveStoreFiles(incoming, directory);
  await rm(join(incoming, WHOLE));
  await nodeFiles.syncDirectory(incoming);
  await rm(incoming, { recursive: true });
};

/** Says that the new store is whole, and lets it take the place of the old. */
export const completeExchange = async (directory: string): Promise<void> => {
  await mark(join(directory, INCOMING), WHOLE);
  await finishExchange(directory);
};
