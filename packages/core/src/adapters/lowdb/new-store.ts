import type { Files } from '../../ports/files.ts';
import type { Captured } from '../memory/capture.ts';
import { using } from './file-io.ts';
import { startJournal } from './journal.ts';
import { writeSnapshot } from './snapshot-writer.ts';
import type { StorePaths } from './store-files.ts';

export interface Place {
  readonly files: Files;
  readonly directory: string;
  readonly paths: StorePaths;
}

interface Head {
  readonly generation: number;
  readonly savedAt: number;
}

/** Puts a snapshot in place of the one that is there, or leaves that as it is. Returns its bytes. */
export const placeSnapshot = async ({ files, directory, paths }: Place, captured: Captured, head: Head): Promise<number> => {
  let bytes = 0;
  try {
    bytes = await using(files.open(paths.unfinished, 'create'), async (file) => {
      const written = await writeSnapshot(file, captured, head);
      await file.sync();
      return written;
    });
    await files.rename(paths.unfinished, paths.snapshot);
  } catch (error) {
    await files.remove(paths.unfinished).catch(() => undefined);
    throw error;
  }
  await files.syncDirectory(directory);
  return bytes;
};

/** Writes a whole store: the journal first, since a snapshot without its journal is damage, and a lone empty journal is not. */
export const writeNewStore = async (
  place: Place,
  captured: Captured,
  head: Head,
): Promise<{ bytes: number; journalBytes: number }> => {
  const { file, bytes: journalBytes } = await startJournal(place, { generation: head.generation, after: null });
  await file.close();
  return { bytes: await placeSnapshot(place, captured, head), journalBytes };
};
