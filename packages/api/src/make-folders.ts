import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder, and those it is in, for their owner only. Node's own way never ends where none can be made, as below `/proc`. */
export function makeFolders(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeFolders(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    const taken = (thrown as NodeJS.ErrnoException).code === 'EEXIST';
    // Says what is in the way of it.
    if (!taken || !existsSync(`${path}/.`)) throw thrown;
  }
}
