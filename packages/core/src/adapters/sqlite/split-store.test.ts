import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition, Operation, Store, StoreOptions } from '../../ports/store.ts';
import { all, eq } from '../../query/filter.ts';
import { THINGS, thing, type Thing } from '../../testing/store-things.ts';
import { openSqliteStore } from '../sqlite-store.ts';

const HOT = { fields: ['state', 'rank', 'order', 'dueAt', 'lease', 'uses'], near: 'rank' };
const SPLIT: CollectionDefinition = { ...THINGS, hot: HOT };
/** So many in one commit are not put into the lagging indexes at once. */
const MANY = 300;
const many = (first: number, count = MANY): Operation[] =>
  Array.from({ length: count }, (_, at) => ({ insert: 'things', document: thing(first + at) }));
const byLabel = { where: eq('group', 'red'), sort: { by: 'label' }, limit: 1000 };

describe('a collection of SQLite that is split into what seldom changes and what often does', () => {
  let directory: string;
  let store: Store;
  const open = (definition: CollectionDefinition, onRewrite?: StoreOptions['onRewrite']): Promise<Store> =>
    openSqliteStore({ directory, collections: [definition], now: () => 1000, onRewrite });
  const inFile = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(directory, 'store.db'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const numberOf = (sql: string): number => inFile((database) => Number(Object.values(database.prepare(sql).get() ?? {})[0]));
  const labels = async (): Promise<string[]> => (await store.list<Thing>('things', byLabel)).map(({ label }) => label);
  const expectedLabels = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => thing(at))
      .filter(({ group }) => group === 'red')
      .map(({ label }) => label)
      .toSorted();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-split-'));
    store = await open(SPLIT);
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('finds what was stored in one go by its unique value, by its name, and in order, though its indexes lag', async () => {
    await store.commit(many(0));
    expect(await store.list('things', { where: eq('key', 'key-7') })).toEqual([thing(7)]);
    expect(await labels()).toEqual(expectedLabels(MANY));
    expect(await store.count('things', all(eq('group', 'red'), eq('label', 'Thing 7')))).toBe(1);
    await expect(store.commit(many(299, 1))).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await store.check()).toEqual([]);
  });

  it('refuses a unique value a second time while its index lags, and lets go of it when its document goes', async () => {
    await store.commit(many(0));
    const again: Operation = { insert: 'things', document: thing(900, { key: 'key-7' }) };
    await expect(store.commit([again])).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    await store.commit([{ delete: 'things', id: thing(7).id }, again]);
    await store.commit([{ update: 'things', id: thing(8).id, patch: { set: { key: 'other', label: 'Other' } } }]);
    await store.commit([{ insert: 'things', document: thing(901, { key: 'key-8' }) }]);
    expect((await store.list<Thing>('things', { where: eq('key', 'other') })).map(({ label }) => label)).toEqual(['Other']);
    expect(await store.check()).toEqual([]);
  });

  it.each([
    ['an id that is there', thing(7, { key: 'key-new' })],
    ['an id twice', thing(1010, { key: 'key-new' })],
    ['a unique value that is there', thing(2000, { key: 'key-7' })],
    ['a unique value twice', thing(2000, { key: 'key-1010' })],
  ])('refuses many at once as a whole for %s, whether its indexes lag or not, and says which', async (_, document) => {
    await store.commit(many(0));
    for (const lags of [true, false]) {
      // A look at a lagging index brings it up to date.
      if (!lags) await labels();
      const refused = store.commit([...many(1000, 45), { insert: 'things', document }, ...many(3000, 45)]);
      await expect(refused).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
        message: expect.stringContaining(document.id) as string,
      });
      expect(await store.count('things')).toBe(MANY);
    }
    await store.commit(many(1000, 45));
    expect(await store.list('things', { where: eq('key', 'key-1010') })).toEqual([thing(1010)]);
    expect(await store.check()).toEqual([]);
  });

  it('takes many back when a later change of the transaction is refused', async () => {
    await store.commit(many(0));
    await expect(store.commit([...many(1000), { delete: 'things', id: 'nobody' }])).rejects.toMatchObject({
      code: 'STORE_CONFLICT',
    });
    expect(await store.count('things')).toBe(MANY);
    expect(await labels()).toEqual(expectedLabels(MANY));
    await store.commit(many(1000));
    expect(await store.check()).toEqual([]);
  });

  it('numbers its rows anew after refusals and restarts, and meets no number twice', async () => {
    for (let round = 0; round < 3; round += 1) {
      await store.commit(many(round * 1000, 120));
      // The same id again, behind some that are new: all of it is refused.
      for (let time = 0; time < 5; time += 1)
        await expect(store.commit([...many(round * 1000 + 500, 3), ...many(round * 1000, 1)])).rejects.toMatchObject({
          code: 'STORE_CONFLICT',
        });
      const sameId: Operation = { insert: 'things', document: thing(round * 1000, { key: null }) };
      await expect(store.commit([sameId])).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      await store.close();
      store = await open(SPLIT);
      await store.commit(many(round * 1000 + 600, 40));
    }
    expect(await store.count('things')).toBe(480);
    expect(await store.check()).toEqual([]);
  });

  it('puts into its indexes what an earlier process left out of them', async () => {
    await store.commit(many(0));
    await store.close();
    expect(numberOf('SELECT count(*) FROM "things unique key"')).toBe(0);
    store = await open(SPLIT);
    await expect(store.commit(many(5, 1))).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await labels()).toEqual(expectedLabels(MANY));
    await store.close();
    expect(numberOf('SELECT count(*) FROM "things unique key"')).toBe(MANY);
    store = await open(SPLIT);
    expect(await store.check()).toEqual([]);
  });

  it('says how far it is while it writes a store anew, and nothing where there is nothing to write', async () => {
    const told: unknown[] = [];
    const tell = (progress: unknown): void => void told.push(progress);
    await store.commit(many(0, 700));
    await store.close();
    store = await open(SPLIT, tell);
    expect(told).toEqual([]);
    await store.close();
    store = await open(THINGS, tell);
    expect(told).toEqual([0, 500, 700].map((done) => ({ done, total: 700 })));
  });

  it('takes over a store of the first format, and one whose collection was not split, and goes back', async () => {
    await store.close();
    await rm(directory, { recursive: true });
    store = await open(THINGS);
    await store.commit(many(0));
    await store.commit([{ update: 'things', id: thing(3).id, patch: { set: { state: 'busy', lease: { holder: 'me' } } } }]);
    const before = await store.list<Thing>('things');
    await store.close();
    inFile((database) => database.exec('PRAGMA user_version = 1; ALTER TABLE collections DROP COLUMN sum'));

    store = await open(SPLIT);
    expect(await store.list('things')).toEqual(before);
    expect(await labels()).toEqual(expectedLabels(MANY));
    expect(await store.tally('things', ['group', 'state'])).toContainEqual({ key: ['blue', 'busy'], count: 1 });
    expect(await store.check()).toEqual([]);
    await store.close();
    expect(numberOf('PRAGMA user_version')).toBe(2);

    store = await open({ ...SPLIT, hot: { fields: ['state', 'uses'] } });
    expect(await store.list('things')).toEqual(before);
    expect(await store.check()).toEqual([]);
    await store.close();
    store = await open(THINGS);
    expect(await store.list('things')).toEqual(before);
    expect(await store.check()).toEqual([]);
  });

  it.each([
    [
      'the text of what often changes',
      `UPDATE "state of things" SET state = replace(state, '"ready"', '"resty"') WHERE seq % 7 = 1`,
    ],
    ['the text of what seldom changes', `UPDATE "documents of things" SET document = replace(document, 'Thing', 'Think')`],
    ['both halves of a document exchanged', 'UPDATE "state of things" SET seq = seq + 1000000 WHERE seq % 2 = 0'],
    ['an entry of the index of unique values', 'UPDATE "things unique key" SET hash = hash + 1'],
    ['an entry of the index by name', 'DELETE FROM "things by label" WHERE ".label" = \'Thing 7\''],
  ])('notices damage: %s', async (_, damage) => {
    await store.commit(many(0));
    await labels();
    await store.close();
    inFile((database) => database.exec(damage));
    store = await open(SPLIT);
    expect((await store.check()).length).toBeGreaterThan(0);
  });

  it('refuses a file that says of its indexes that they are empty when they are not', async () => {
    await store.commit(many(0));
    await labels();
    await store.close();
    inFile((database) => database.exec("UPDATE counts SET name = 'indexes' WHERE name = 'indexed'"));
    store = await open(SPLIT);
    await expect(labels()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it.each([
    ['the name of a column', '"state of things" (seq', '"state of things" (req'],
    ['the rows of an index', 'WITHOUT ROWID', 'WITHOUT ROWIE'],
    ['the name of a table', 'TABLE "things by label"', 'TABLE "things by lacel"'],
    ['what stands apart in a collection', '"hot":{"fields":["state"', '"iot":{"fields":["state"'],
    ['a table that all stores have', 'CREATE TABLE counts', 'CREATE TABLE bounts'],
  ])('refuses a file whose tables are described otherwise: %s', async (_, was, is) => {
    await store.commit(many(0));
    await store.close();
    inFile((database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    const file = join(directory, 'store.db');
    const bytes = await readFile(file);
    expect(bytes.includes(was)).toBe(true);
    bytes.write(is, bytes.indexOf(was));
    await writeFile(file, bytes);
    await expect(open(SPLIT)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    // As it was, so that there is something to close.
    bytes.write(was, bytes.indexOf(is));
    await writeFile(file, bytes);
    store = await open(SPLIT);
  });
});
