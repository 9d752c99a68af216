import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordChange, Records } from '@muster/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../adapters/open-store.ts';
import type { Store } from '../ports/store.ts';
import { createTestClock, type TestClock } from '../testing/test-clock.ts';
import { createRecords } from './create-records.ts';
import { RECORDS } from './record-document.ts';

describe.each(['lowdb', 'sqlite', 'memory'] as const)('records on %s', (kind) => {
  let directory: string;
  let store: Store;
  let clock: TestClock;
  let messages: Records;
  const of = (plugin: string, name: string): Records => createRecords({ store, clock }, { plugin, kind: name });
  const entry = (key: string, group = 'ann', at = 1, data: unknown = { text: key }) => ({ key, group, at, data }) as never;

  const open = async (): Promise<void> => {
    store = await openStore(kind, { directory, collections: [RECORDS], now: () => clock.now() });
    messages = of('chat', 'message');
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-records-'));
    clock = createTestClock();
    await open();
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('gives back what was kept, for this plugin and kind only', async () => {
    await messages.commit([{ insert: entry('a/1', 'ann', 5, { text: 'hi', deep: [1, null, { x: true }] }) }]);
    expect(await messages.get('a/1')).toMatchObject({ key: 'a/1', group: 'ann', at: 5, data: { deep: [1, null, { x: true }] } });
    expect(await messages.get('a')).toBeUndefined();
    expect(await of('chat', 'contact').get('a/1')).toBeUndefined();
    expect(await of('other', 'message').get('a/1')).toBeUndefined();
    expect(await of('chat', 'contact').count()).toBe(0);
  });

  it('lists in the order of their place, by group, within bounds, from either end', async () => {
    await messages.commit([
      { insert: entry('c', 'bob', 30) },
      { insert: entry('a', 'ann', 10) },
      { insert: entry('d', 'ann', 40) },
      { insert: entry('b', 'ann', 20) },
    ]);
    const keys = async (query: Parameters<Records['list']>[0]): Promise<string> =>
      (await messages.list(query)).map(({ key }) => key).join('');
    expect(await keys({})).toBe('abcd');
    expect(await keys({ group: 'ann' })).toBe('abd');
    expect(await keys({ group: 'ann', newestFirst: true, limit: 2 })).toBe('db');
    expect(await keys({ from: 20, to: 30 })).toBe('bc');
    expect(await keys({ newestFirst: true, offset: 1, limit: 2 })).toBe('cb');
    expect(await keys({ group: 'none' })).toBe('');
    expect([await messages.count(), await messages.count({ group: 'ann' })]).toEqual([4, 3]);
  });

  it('keeps all of a commit or nothing, and says which key was in the way', async () => {
    await messages.commit([{ insert: entry('a') }]);
    const again = messages.commit([{ insert: entry('b') }, { insert: entry('a', 'eve') }]);
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT', details: { kind: 'message', key: 'a' } });
    expect(await messages.get('b')).toBeUndefined();
    expect((await messages.get('a'))?.group).toBe('ann');
  });

  it('replaces only what was read last, and puts and removes whatever is there', async () => {
    await messages.commit([{ put: entry('a') }]);
    const first = await messages.get('a');
    await messages.commit([{ replace: entry('a', 'bob', 2), revision: first?.revision ?? 0 }]);
    const second = await messages.get('a');
    expect(second?.revision).toBeGreaterThan(first?.revision ?? 0);
    const stale = messages.commit([{ replace: entry('a', 'eve'), revision: first?.revision ?? 0 }]);
    await expect(stale).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('has changed') as string });
    await messages.commit([{ put: entry('a', 'cid', 3) }, { remove: 'never there' }]);
    expect(await messages.get('a')).toMatchObject({ group: 'cid', at: 3 });
    await messages.commit([{ remove: 'a' }]);
    const gone = messages.commit([{ replace: entry('a'), revision: second?.revision ?? 0 }]);
    await expect(gone).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('is gone') as string });
    await clock.advance(1);
    await messages.commit([{ insert: entry('a') }]);
    // A key that comes again is another document: what was read before does not replace it.
    const old = messages.commit([{ replace: entry('a'), revision: first?.revision ?? 0 }]);
    await expect(old).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('lets one of many that insert the same key win, and all that put it', async () => {
    const inserts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => messages.commit([{ insert: entry('a', `g${at}`) }])),
    );
    expect(inserts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(Array.from({ length: 5 }, (_, at) => messages.commit([{ put: entry('a', `p${at}`) }])));
    expect((await messages.get('a'))?.group).toMatch(/^p\d$/);
  });

  it.each<[string, RecordChange[]]>([
    ['an empty key', [{ insert: { key: '', group: '', at: 0, data: null } }]],
    ['a key too long', [{ insert: { key: 'x'.repeat(201), group: '', at: 0, data: null } }]],
    ['no number for its place', [{ put: { key: 'a', group: '', at: Number.NaN, data: null } }]],
    ['a function', [{ put: { key: 'a', group: '', at: 0, data: (() => 1) as never } }]],
    ['a key twice', [{ put: { key: 'a', group: '', at: 0, data: 1 } }, { remove: 'a' }]],
  ])('refuses %s', async (_what, changes) => {
    await expect(messages.commit(changes)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await messages.count()).toBe(0);
  });

  it('refuses kinds, limits and documents that are none', async () => {
    expect(() => of('chat', '../x')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    await expect(messages.list({ limit: 10_001 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(messages.list({ offset: -1 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const large = messages.commit([{ put: entry('a', '', 1, 'x'.repeat(1_100_000)) }]);
    await expect(large).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

it.each(['lowdb', 'sqlite'] as const)('records on %s are still there after a restart', async (kind) => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-records-'));
  const clock = createTestClock();
  const open = (): Promise<Store> => openStore(kind, { directory, collections: [RECORDS], now: () => clock.now() });
  const of = (store: Store): Records => createRecords({ store, clock }, { plugin: 'chat', kind: 'message' });
  const first = await open();
  await of(first).commit(['a', 'b'].map((key) => ({ insert: { key, group: '', at: 1, data: { text: key } } })));
  await first.close();
  const second = await open();
  expect((await of(second).list()).map(({ key }) => key)).toEqual(['a', 'b']);
  await second.close();
  await rm(directory, { recursive: true });
});
