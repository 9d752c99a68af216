import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoreOptions } from '../ports/store.ts';
import { THINGS, thing } from '../testing/store-things.ts';
import { checkStore, moveStore, restoreStore } from './move-store.ts';
import { openStore, openStoreOf, storeKindIn, type StoredKind } from './open-store.ts';
import { repairStore } from './repair-store.ts';

const ALL = Array.from({ length: 1200 }, (_, number) => thing(number));

describe('a store that is carried about', () => {
  let directory: string;
  let options: StoreOptions;
  const fill = async (kind: StoredKind): Promise<Store> => {
    const store = await openStore(kind, options);
    await store.commit(ALL.map((document) => ({ insert: 'things', document })));
    return store;
  };
  const contents = async (): Promise<unknown[]> => {
    const store = await openStore(undefined, options);
    const list = await store.list('things');
    await store.close();
    return list;
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-move-'));
    options = { directory, collections: [THINGS], now: () => 5 };
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each([
    ['lowdb', 'sqlite'],
    ['sqlite', 'lowdb'],
  ] as const)('moves from %s to %s with every document, and keeps the old files', async (from, to) => {
    await (await fill(from)).close();
    const seen: number[] = [];
    expect(await moveStore({ ...options, to, onProgress: (documents) => seen.push(documents) })).toEqual({ documents: 1200 });
    expect(seen.at(-1)).toBe(1200);
    expect(await storeKindIn(directory)).toBe(to);
    expect(await storeKindIn(join(directory, 'replaced'))).toBe(from);
    expect(await contents()).toEqual(ALL);
    await expect(moveStore({ ...options, to })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(openStore(from, options)).rejects.toMatchObject({ code: 'DATA_DIR' });
  });

  it('finishes a move that a crash stopped between taking the old files out and the new ones in', async () => {
    await (await fill('lowdb')).close();
    await moveStore({ ...options, to: 'sqlite' });
    const incoming = await mkdtemp(join(directory, 'x-'));
    await rename(join(directory, 'store.db'), join(incoming, 'store.db'));
    await writeFile(join(incoming, 'whole'), '');
    await writeFile(join(incoming, 'out'), '');
    await rename(incoming, join(directory, 'incoming'));
    expect(await contents()).toEqual(ALL);
    expect((await readdir(directory)).toSorted()).toEqual(['replaced', 'store.db']);
  });

  it('stays as it was when a move was stopped before its copy was whole', async () => {
    await (await fill('lowdb')).close();
    const half = await openStoreOf('sqlite', { ...options, directory: join(directory, 'incoming') });
    await half.commit([{ insert: 'things', document: thing(1) }]);
    await half.close();
    expect(await contents()).toEqual(ALL);
  });

  it.each(['lowdb', 'sqlite'] as const)('is backed up from %s while it works, and restored', async (kind) => {
    const store = await fill(kind);
    const copy = join(directory, 'copy');
    const backup = store.backup(copy);
    await store.commit([{ delete: 'things', id: 't000000' }]);
    expect(await backup).toBeGreaterThan(100_000);
    await expect(store.backup(copy)).rejects.toMatchObject({ code: 'DATA_DIR' });
    await store.close();
    for (const name of await readdir(copy)) expect((await stat(join(copy, name))).mode & 0o077).toBe(0);
    const { documents } = await restoreStore({ ...options, from: copy });
    expect([1199, 1200]).toContain(documents);
    expect((await contents()).slice(-1199)).toEqual(ALL.slice(1));
  });

  it('refuses a damaged copy and leaves the store alone', async () => {
    const store = await fill('lowdb');
    await store.backup(join(directory, 'copy'));
    await store.close();
    const file = join(directory, 'copy', 'store.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('Thing 7"', 'Thing 8"'));
    await expect(restoreStore({ ...options, from: join(directory, 'copy') })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await expect(restoreStore({ ...options, from: join(directory, 'nowhere') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await contents()).toEqual(ALL);
  });

  it.each(['lowdb', 'sqlite'] as const)('is checked: %s', async (kind) => {
    await (await fill(kind)).close();
    expect(await checkStore(options)).toEqual([]);
    const names = await readdir(directory);
    const name = names.find((each) => each === 'store.db' || each.includes('journal'));
    const file = join(directory, name as string);
    const bytes = await readFile(file);
    bytes.write('Thong', bytes.indexOf('Thing 700'));
    await writeFile(file, bytes);
    expect((await checkStore(options)).join()).toMatch(/damaged|missing from index/);
  });

  it('is repaired with all that can be read, and keeps the damaged files', async () => {
    const store = await fill('lowdb');
    await store.backup(join(directory, 'copy'));
    await store.close();
    await restoreStore({ ...options, from: join(directory, 'copy') });
    await expect(repairStore(options)).rejects.toMatchObject({ code: 'CONFLICT' });
    const file = join(directory, 'store.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('{"id":"t000700",', '{"id":"t000700";'));
    const { documents, lost, keptIn } = await repairStore(options);
    expect(documents).toBe(1199);
    expect(lost.some((line) => line.includes('cannot be read'))).toBe(true);
    expect(await readdir(keptIn)).toContain('store.json');
    expect(await contents()).toEqual(ALL.filter(({ id }) => id !== 't000700'));
    expect(await checkStore(options)).toEqual([]);
  });

  it('says that there is nothing where there is nothing', async () => {
    await expect(moveStore({ ...options, to: 'sqlite' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(repairStore(options)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await checkStore(options)).toEqual([]);
  });
});
