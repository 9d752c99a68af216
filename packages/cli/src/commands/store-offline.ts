import { copyFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { COLLECTIONS, moveStore, repairStore, restoreStore, type StoredKind } from '@muster/core';
import { HOST_COLLECTIONS, ownDirectory } from '@muster/host';
import { MusterError, safeText } from '@muster/sdk';
import { refuseOrAsk } from '../ask/confirm.ts';
import type { Context } from '../context.ts';
import { plural } from '../print/words.ts';

const collections = [...COLLECTIONS, ...HOST_COLLECTIONS];
const now = (): number => Date.now();

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Does work on the store's files with no host in between: the directory is owned meanwhile. HOST_RUNS when one runs. */
async function alone<T>(directory: string, work: (data: string, store: string) => Promise<T>): Promise<T> {
  if (!(await exists(directory))) throw new MusterError('NOT_FOUND', `There is no data directory ${directory}.`);
  const owned = await ownDirectory(directory);
  try {
    return await work(owned.path, join(owned.path, 'store'));
  } finally {
    await owned.release();
  }
}

/** Where `config.json` names a kind, it has to name the new one, or the next start would refuse. */
async function nameKind(data: string, kind: StoredKind): Promise<void> {
  const path = join(data, 'config.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const config = JSON.parse(text) as { readonly store?: string };
  if (config.store === undefined || config.store === kind) return;
  const next = `${path}.${process.pid}.part`;
  await writeFile(next, `${JSON.stringify({ ...config, store: kind }, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(next, path);
}

export async function move(context: Context, to: StoredKind): Promise<void> {
  const { out, directory } = context;
  const { documents } = await alone(directory, async (data, store) => {
    const moved = await moveStore({
      directory: store,
      to,
      collections,
      now,
      onProgress: (done) => out.progress(`${plural(done, 'document')} copied …`),
    });
    await nameKind(data, to);
    out.clear();
    return moved;
  });
  out.document({ store: to, documents });
  out.line(`${plural(documents, 'document')} moved to the ${to} store.`);
}

export async function restore(context: Context, folder: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { out, directory } = context;
  const from = resolve(context.cwd, folder);
  const inside = join(from, 'store');
  if (!(await exists(inside))) throw new MusterError('NOT_FOUND', `${from} is no backup: it has no folder "store".`);
  if (!yes && (await exists(join(directory, 'store')))) {
    await refuseOrAsk(context, `The store of ${directory} is replaced by the backup.`, 'restore');
  }
  const { documents } = await alone(directory, async (data, store) => {
    const restored = await restoreStore({ from: inside, directory: store, collections, now });
    // The secrets of the backup are sealed with keys that only its own header holds.
    const header = join(data, 'vault.json');
    if (!(await exists(header)) && (await exists(join(from, 'vault.json')))) await copyFile(join(from, 'vault.json'), header);
    return restored;
  });
  out.document({ documents });
  out.line(`${plural(documents, 'document')} restored. \`muster store check\` verifies that every secret opens.`);
}

export async function repair(context: Context): Promise<void> {
  const { out, directory } = context;
  const answer = await alone(directory, (_data, store) => repairStore({ directory: store, collections, now }));
  out.document(answer);
  out.line(`${plural(answer.documents, 'document')} saved. The damaged files are kept in ${safeText(answer.keptIn)}.`);
  for (const loss of answer.lost) out.line(`lost: ${safeText(loss)}`);
}
