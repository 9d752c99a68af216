import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders } from '@muster/api';
import { MusterError } from '@muster/sdk';
import type { Context } from '../context.ts';
import { pluginFiles } from './plugin-files.ts';

/** Writes a plugin of its own folder, which the host loads as it is; returns where. */
export async function newPlugin({ cwd, directory }: Context, id: string, into: string | undefined): Promise<string> {
  const folder = into === undefined ? join(directory, 'plugins', id) : resolve(cwd, into, id);
  makeFolders(resolve(folder, '..'));
  try {
    await mkdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new MusterError('CONFLICT', `${folder} is there already; take another id, or --into another folder.`, { cause });
  }
  for (const [name, text] of Object.entries(pluginFiles(id))) await writeFile(join(folder, name), text);
  return folder;
}
