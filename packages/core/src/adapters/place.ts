import { MusterError } from '@muster/sdk';
import type { Files } from '../ports/files.ts';

export const unusable = (directory: string, cause: unknown): MusterError =>
  new MusterError(
    'DATA_DIR',
    `The store in ${directory} cannot be opened: ${(cause as Error).message}. Check that the folder is there, is yours, and can be written to.`,
    { cause },
  );

/** A copy goes into a folder of its own. */
export const prepareTarget = async (files: Files, target: string): Promise<void> => {
  await files.makeDirectory(target);
  if ((await files.list(target)).length > 0)
    throw new MusterError('DATA_DIR', `The folder ${target} is not empty. Give a new one for the copy.`);
};
