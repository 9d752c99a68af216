import { createHash } from 'node:crypto';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { Store, StoreOptions } from '../ports/store.ts';
import { openStoreOf, storeKindIn, type StoredKind } from './open-store.ts';
import { beginExchange, completeExchange, finishExchange } from './store-exchange.ts';

const BATCH = 500;

interface Contents {
  readonly documents: number;
  /** The same for the same documents in whatever order. */
  readonly digest: string;
}

const MODULUS = 1n << 128n;

/** Stores may put the fields of a document in another order; within them nothing moves. */
const textOf = (document: object): string => JSON.stringify(Object.entries(document).toSorted(byName));
const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number => (left < right ? -1 : 1);

const contentsOf = async (
  store: Store,
  each?: (collection: string, document: { readonly id: string }) => Promise<void>,
): Promise<Contents> => {
  let documents = 0;
  let sum = 0n;
  for (const collection of Object.keys((await store.status()).documents)) {
    for await (const document of store.scan(collection)) {
      const hash = createHash('sha256')
        .update(`${collection}\n${textOf(document)}`)
        .digest('hex');
      sum = (sum + BigInt(`0x${hash.slice(0, 32)}`)) % MODULUS;
      documents += 1;
      await each?.(collection, document);
    }
  }
  return { documents, digest: sum.toString(16) };
};

export interface MoveOptions extends StoreOptions {
  readonly to: StoredKind;
  readonly onProgress?: (documents: number) => void;
}

const copy = async (from: Store, to: Store, onProgress: (documents: number) => void): Promise<Contents> => {
  let batch: { insert: string; document: { readonly id: string } }[] = [];
  let copied = 0;
  const flush = async (): Promise<void> => {
    await to.commit(batch);
    copied += batch.length;
    batch = [];
    onProgress(copied);
  };
  const contents = await contentsOf(from, async (collection, document) => {
    batch.push({ insert: collection, document });
    if (batch.length >= BATCH) await flush();
  });
  await flush();
  return contents;
};

/**
 * Carries the store of a folder over to another kind, compares the two, and lets the new one take its place. The old files stay
 * in `replaced/`. Nobody else may have the store open. Errors: NOT_FOUND, CONFLICT, STORE_FAILED, and those of opening.
 */
export const moveStore = async ({
  to,
  onProgress = () => undefined,
  ...options
}: MoveOptions): Promise<{ documents: number }> => {
  const { directory } = options;
  await finishExchange(directory);
  const kind = await storeKindIn(directory);
  if (kind === undefined) throw new MusterError('NOT_FOUND', `There is no store in ${directory} to move.`);
  if (kind === to) throw new MusterError('CONFLICT', `The store in ${directory} is kept in ${to} already.`);
  const source = await openStoreOf(kind, options);
  try {
    const target = await openStoreOf(to, { ...options, directory: await beginExchange(directory) });
    try {
      const before = await copy(source, target, onProgress);
      const after = await contentsOf(target);
      if (after.digest !== before.digest || after.documents !== before.documents)
        throw new MusterError(
          'STORE_FAILED',
          `The copy in ${to} differs from the store: ${after.documents} of ${before.documents} documents. Nothing was changed.`,
        );
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  const moved = await openStoreOf(to, { ...options, directory: join(directory, 'incoming') });
  const { documents } = await contentsOf(moved);
  await moved.close();
  await completeExchange(directory);
  return { documents };
};

/** Lets a copy made by `backup` take the place of the store. It is opened and read whole before. The old files stay in `replaced/`. */
export const restoreStore = async ({
  from,
  ...options
}: StoreOptions & { readonly from: string }): Promise<{ documents: number }> => {
  const { directory } = options;
  await finishExchange(directory);
  const kind = await storeKindIn(from);
  if (kind === undefined) throw new MusterError('NOT_FOUND', `There is no copy of a store in ${from}.`);
  const incoming = await beginExchange(directory);
  for (const name of (await readdir(from)).filter((each) => each.startsWith('store.')))
    await copyFile(join(from, name), join(incoming, name));
  const store = await openStoreOf(kind, { ...options, directory: incoming });
  try {
    const problems = await store.check();
    if (problems.length > 0)
      throw new MusterError('STORE_CORRUPT', `The copy in ${from} is damaged: ${problems[0]}. Nothing was changed.`);
    const { documents } = await contentsOf(store);
    await store.close();
    await completeExchange(directory);
    return { documents };
  } finally {
    await store.close();
  }
};

/** Reads the whole store of a folder that nobody has open. Problems in words; none when all is well. */
export const checkStore = async (options: StoreOptions): Promise<readonly string[]> => {
  await finishExchange(options.directory);
  const kind = await storeKindIn(options.directory);
  if (kind === undefined) return [];
  try {
    const store = await openStoreOf(kind, options);
    try {
      const { recovered } = await store.status();
      const problems = await store.check();
      await contentsOf(store);
      return [...recovered, ...problems];
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof MusterError) return [error.message];
    throw error;
  }
};
