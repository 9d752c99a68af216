import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '../errors.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** A browser's own folder below `root`, both with mode 0700. BAD_INPUT for a name that is more than a name. */
export async function profileFolder(root: string, name: string): Promise<string> {
  if (!NAME.test(name))
    throw new MusterError('BAD_INPUT', `“${name.slice(0, 40)}” is no name of a profile: letters, digits, _ and - only.`);
  const folder = join(root, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A folder that was there keeps the mode it had.
  await chmod(folder, 0o700);
  return folder;
}
