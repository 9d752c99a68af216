import { copyFile, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { COLLECTIONS, moveStore, repairStore, restoreStore, storeKindIn, type StoredKind } from '@muster/core';
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

/** Does work on the store's files with no host in between: the directory is owned meanwhile, and made if needed. HOST_RUNS when one runs. */
async function owning<T>(directory: string, work: (data: string, store: string) => Promise<T>): Promise<T> {
  const owned = await ownDirectory(directory);
  try {
    return await work(owned.path, join(owned.path, 'store'));
  } finally {
    await owned.release();
  }
}

async function alone<T>(directory: string, work: (data: string, store: string) => Promise<T>): Promise<T> {
  if (!(await exists(directory))) throw new MusterError('NOT_FOUND', `There is no data directory ${directory}.`);
  return owning(directory, work);
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

/** Data keys that a vault header holds; undefined where there is no header that can be read. */
async function keysIn(header: string): Promise<ReadonlySet<string> | undefined> {
  const text = await readFile(header, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { keys } = JSON.parse(text) as { readonly keys: readonly { readonly kid: string }[] };
    return new Set(keys.map(({ kid }) => kid));
  } catch {
    return undefined;
  }
}

/**
 * The secrets of a backup are sealed with data keys that its own header holds. That header comes back where the data directory has none,
 * or one without those keys, which then is kept beside the store it belongs to. Returns where.
 */
async function restoreHeader(from: string, data: string): Promise<string | undefined> {
  const [copy, header] = [join(from, 'vault.json'), join(data, 'vault.json')];
  const needed = await keysIn(copy);
  const known = await keysIn(header);
  if (needed === undefined || (known && [...needed].every((kid) => known.has(kid)))) return undefined;
  const kept = (await exists(header)) ? join(data, 'store', 'replaced', 'vault.json') : undefined;
  if (kept !== undefined) await copyFile(header, kept);
  const next = `${header}.${process.pid}.part`;
  await writeFile(next, await readFile(copy), { mode: 0o600, flush: true });
  await rename(next, header);
  return kept;
}

const storeFiles = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.filter((name) => name.startsWith('store.')),
    () => [],
  );

export async function restore(context: Context, folder: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { out, directory } = context;
  const from = resolve(context.cwd, folder);
  const inside = join(from, 'store');
  if (!(await exists(inside))) throw new MusterError('NOT_FOUND', `${from} is no backup: it has no folder "store".`);
  const answer = await owning(directory, async (data, store) => {
    const replaces = (await storeFiles(store)).length > 0;
    if (replaces && !yes) await refuseOrAsk(context, `The store of ${directory} is replaced by the backup.`, 'restore');
    const { documents } = await restoreStore({ from: inside, directory: store, collections, now });
    const header = await restoreHeader(from, data);
    const kind = await storeKindIn(store);
    if (kind !== undefined) await nameKind(data, kind);
    return { documents, replaced: replaces ? join(store, 'replaced') : null, ...(header === undefined ? {} : { header }) };
  });
  out.document(answer);
  out.line(`${plural(answer.documents, 'document')} restored. \`muster store check\` verifies that every secret opens.`);
  if (answer.replaced !== null) out.note(`muster: the store as it was is kept in ${safeText(answer.replaced)}.`);
  if (answer.header !== undefined) {
    out.note(`muster: the backup needs the vault it was made with; the one before is kept in ${safeText(answer.header)}.`);
  }
}

export async function repair(context: Context): Promise<void> {
  const { out, directory } = context;
  const answer = await alone(directory, (_data, store) => repairStore({ directory: store, collections, now }));
  out.document(answer);
  out.line(`${plural(answer.documents, 'document')} saved. The damaged files are kept in ${safeText(answer.keptIn)}.`);
  for (const loss of answer.lost) out.line(`lost: ${safeText(loss)}`);
}
