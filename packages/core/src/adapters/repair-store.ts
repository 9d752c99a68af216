import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { StoreOptions } from '../ports/store.ts';
import { repairFiles, type Repaired } from './lowdb/repair.ts';
import { pathsIn } from './lowdb/store-files.ts';
import { nodeFiles } from './node-files.ts';
import { openStoreOf, storeKindIn } from './open-store.ts';
import { finishExchange } from './store-exchange.ts';

const freeFolder = async (directory: string): Promise<string> => {
  const taken = new Set<string>(await readdir(directory));
  let number = 1;
  while (taken.has(`damaged-${number}`)) number += 1;
  return join(directory, `damaged-${number}`);
};

/**
 * Saves what can be read of a damaged store that nobody has open. The files as they were are kept in a folder beside it.
 * Errors: NOT_FOUND, CONFLICT when it is sound.
 */
export const repairStore = async (options: StoreOptions): Promise<Repaired> => {
  const { directory, now } = options;
  await finishExchange(directory);
  const kind = await storeKindIn(directory);
  if (kind === undefined) throw new MusterError('NOT_FOUND', `There is no store in ${directory}.`);
  try {
    await (await openStoreOf(kind, options)).close();
  } catch (error) {
    if (!(error instanceof MusterError) || error.code !== 'STORE_CORRUPT') throw error;
    if (kind === 'sqlite') throw error;
    return repairFiles({ files: nodeFiles, directory, paths: pathsIn(directory) }, await freeFolder(directory), now());
  }
  throw new MusterError('CONFLICT', `The store in ${directory} is sound: there is nothing to repair.`);
};
