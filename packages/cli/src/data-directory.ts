import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DataDirectoryFacts {
  /** `--data`. */
  readonly flag: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The checkout that this program runs from; null when it was installed as a package. */
  readonly checkout: string | null;
  readonly home?: string;
}

/** Where the roster lives: `--data`, else `$MUSTER_HOME`, else `data/` of the checkout, else the XDG state folder. */
export function dataDirectory({ flag, env, cwd, checkout, home = homedir() }: DataDirectoryFacts): string {
  if (flag) return resolve(cwd, flag);
  const fromEnvironment = env['MUSTER_HOME'];
  if (fromEnvironment) return resolve(cwd, fromEnvironment);
  if (checkout !== null) return join(checkout, 'data');
  const state = env['XDG_STATE_HOME'];
  // A relative path there is to be ignored: XDG base directory specification.
  return join(state && isAbsolute(state) ? state : join(home, '.local', 'state'), 'muster');
}

/** The folder above this file that holds the workspace; null outside of a checkout. */
export function findCheckout(from: string = dirname(fileURLToPath(import.meta.url))): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json')) && existsSync(join(folder, 'packages', 'cli'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
