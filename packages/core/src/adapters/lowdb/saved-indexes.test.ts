import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition, Store } from '../../ports/store.ts';
import { all, eq } from '../../query/filter.ts';
import { THINGS, thing, type Thing } from '../../testing/store-things.ts';
import { openLowdbStore } from '../lowdb-store.ts';
import { openMemoryStore } from '../memory-store.ts';

let directory: string;
const open = (collection: CollectionDefinition = THINGS, at = directory): Promise<Store> =>
  openLowdbStore({ directory: at, collections: [collection], now: () => 1000, compactBytes: 100 });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-saved-'));
});
afterEach(() => rm(directory, { recursive: true }));

const things = Array.from({ length: 700 }, (_, number) =>
  thing(number, {
    key: number % 7 === 0 ? null : `schlüssel "${number}"`,
    state: number % 5 === 0 ? 'resting' : 'ready',
    order: (number * 37) % 701,
    dueAt: number % 5 === 0 ? number : null,
    lease: number % 11 === 0 ? { holder: `owner/${number % 3}` } : null,
    label: `]}, "${number}":[\u2028`,
  }),
);
const fill = (store: Store): Promise<void> => store.commit(things.map((document) => ({ insert: 'things', document })));

/** All that an index, a tally or a unique value answers. */
const answersOf = async (store: Store): Promise<unknown> => ({
  pool: await store.list('things', { where: all(eq('state', 'ready'), eq('group', 'red')), sort: { by: 'order' } }),
  due: await store.list('things', { sort: { by: 'dueAt', descending: true }, limit: 90 }),
  holder: await store.list('things', { where: eq('lease.holder', 'owner/1'), sort: { by: 'order' } }),
  label: await store.list('things', { where: eq('group', 'blue'), sort: { by: 'label' } }),
  key: await store.list('things', { where: eq('key', 'schlüssel "8"') }),
  tally: await store.tally('things', ['group', 'state']),
  count: await store.count('things', eq('state', 'ready')),
});

const change = async (store: Store): Promise<void> => {
  await store.commit([
    { insert: 'things', document: thing(9000, { key: 'new' }) },
    { delete: 'things', id: things[8]?.id as string },
    { update: 'things', id: things[9]?.id as string, patch: { set: { key: 'schlüssel "8"', order: 5000, group: 'blue' } } },
    { update: 'things', id: things[14]?.id as string, patch: { set: { key: 'was null', lease: { holder: 'owner/1' } } } },
  ]);
  await store.claim('things', { where: eq('state', 'ready'), sort: { by: 'order' }, limit: 40 }, { set: { state: 'busy' } });
};

describe('what a snapshot says of its indexes', () => {
  it('answers after a restart as indexes made from the documents do, before and after further changes', async () => {
    const naive = await openMemoryStore({ collections: [THINGS] });
    await fill(naive);
    await using stack = new AsyncDisposableStack();
    const first = await open();
    await fill(first);
    await first.close();
    const store = await open();
    stack.defer(() => store.close());
    expect(await answersOf(store)).toEqual(await answersOf(naive));
    await change(store);
    await change(naive);
    expect(await answersOf(store)).toEqual(await answersOf(naive));
    await expect(store.commit([{ insert: 'things', document: thing(9001, { key: 'schlüssel "9"' }) }])).resolves.toBeUndefined();
    await expect(store.commit([{ insert: 'things', document: thing(9002, { key: 'was null' }) }])).rejects.toMatchObject({
      code: 'STORE_CONFLICT',
    });
  });

  it('is followed by the changes of a journal, short or long', async () => {
    const store = await open();
    await fill(store);
    await store.close();
    for (const label of ['short', 'x'.repeat(150_000)]) {
      const again = await openLowdbStore({ directory, collections: [THINGS], now: () => 1000 });
      for (const { id } of things.slice(100, 140))
        await again.commit([{ update: 'things', id, patch: { set: { label, order: label.length }, add: { uses: 1 } } }]);
      const wanted = await answersOf(again);
      const copy = `${directory}-${label.length}`;
      await cp(directory, copy, { recursive: true });
      await again.close();
      const copied = await open(THINGS, copy);
      expect(await answersOf(copied)).toEqual(wanted);
      await copied.close();
      await rm(copy, { recursive: true });
    }
  });

  it('is left aside where an index is now another one', async () => {
    const store = await open();
    await fill(store);
    await store.close();
    const other: CollectionDefinition = {
      ...THINGS,
      indexes: { ...THINGS.indexes, due: { partition: ['state'], order: ['rank'] } },
      unique: ['key', 'label'],
      tallies: [['rank']],
    };
    const again = await open(other);
    const byRank = await again.list<Thing>('things', { where: eq('state', 'resting'), sort: { by: 'rank' } });
    expect(byRank.map(({ rank }) => rank)).toEqual(byRank.map(({ rank }) => rank).toSorted((left, right) => left - right));
    expect(byRank).toHaveLength(140);
    expect((await again.tally('things', ['rank'])).reduce((sum, { count }) => sum + count, 0)).toBe(700);
    const same = thing(9003, { label: things[3]?.label as string });
    await expect(again.commit([{ insert: 'things', document: same }])).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    await again.close();
  });

  it('leaves the snapshot one JSON document, written anew from what nobody has looked at', async () => {
    const store = await open();
    await fill(store);
    await store.close();
    const before = JSON.parse(await readFile(join(directory, 'store.json'), 'utf8')) as { collections: object };
    const again = await open();
    await again.commit([{ insert: 'things', document: thing(9000) }]);
    await again.commit([{ delete: 'things', id: thing(9000).id }]);
    await again.close();
    const after = JSON.parse(await readFile(join(directory, 'store.json'), 'utf8')) as { collections: object };
    expect(after.collections).toEqual(before.collections);
    expect(after.collections).toEqual({ things });
    // Values that nobody asked for go from one snapshot into the next, though rows before theirs are gone.
    const third = await open();
    const nameless = things.findIndex(({ key }) => key === null);
    await third.commit([{ delete: 'things', id: things[nameless]?.id as string }]);
    await third.close();
    const fourth = await open();
    expect(await fourth.list('things', { where: eq('key', 'schlüssel "650"') })).toEqual([things[650]]);
    await fourth.close();
  });
});
