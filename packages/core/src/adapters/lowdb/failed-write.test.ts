import { beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoreChange } from '../../ports/store.ts';
import { createSimulatedFiles, failing, type SimulatedFiles } from '../../testing/simulated-files.ts';
import { THINGS, thing } from '../../testing/store-things.ts';
import { openLowdbStore } from '../lowdb-store.ts';

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );

describe('a write that fails', () => {
  let disk: SimulatedFiles;
  let store: Store;
  const open = (): Promise<Store> =>
    openLowdbStore({ directory: '/data', collections: [THINGS], now: () => 7, files: disk.files });

  beforeEach(async () => {
    disk = createSimulatedFiles(() => 0.5);
    store = await open();
    await store.commit([{ insert: 'things', document: thing(1) }]);
  });

  it.each([
    ['a full disk', 'ENOSPC', 'write'],
    ['a failing disk', 'EIO', 'sync'],
  ] as const)(
    'is undone on %s, with all that rested on it, and the store goes on once it is mended',
    async (_, code, operation) => {
      const told: (readonly StoreChange[])[] = [];
      store.subscribe((changes) => told.push(changes));
      disk.setFault(failing(code, operation));
      const first = codeOf(store.commit([{ insert: 'things', document: thing(2) }]));
      const claimed = codeOf(store.claim('things', { limit: 5 }, { set: { state: 'busy' } }));
      const seenMeanwhile = store.list('things');
      expect(await first).toBe('STORE_FAILED');
      expect(await claimed).toBe('STORE_FAILED');
      expect(await seenMeanwhile).toEqual([thing(1)]);
      expect(await store.list('things')).toEqual([thing(1)]);
      expect((await store.status()).failed).toContain(code === 'ENOSPC' ? 'disk is full' : 'EIO');
      expect(await codeOf(store.commit([{ insert: 'things', document: thing(3) }]))).toBe('STORE_FAILED');
      expect(told).toEqual([]);

      disk.setFault(undefined);
      await store.commit([{ insert: 'things', document: thing(4) }]);
      expect((await store.status()).failed).toBeNull();
      await store.close();
      disk.cutPower();
      store = await open();
      expect(await store.list('things')).toEqual([thing(1), thing(4)]);
      expect((await store.status()).recovered).toEqual([]);
    },
  );

  it('is not seen when it took several tries to write all the bytes', async () => {
    disk.setFault((operation, _, bytes) => (operation === 'write' ? Math.ceil(bytes / 3) : undefined));
    await store.commit([{ insert: 'things', document: thing(2) }]);
    disk.setFault(undefined);
    await store.close();
    store = await open();
    expect(await store.list('things')).toEqual([thing(1), thing(2)]);
  });

  it('refuses a conflict only once the change that it conflicts with is durable', async () => {
    disk.setFault(failing('EIO', 'sync'));
    const first = codeOf(store.commit([{ insert: 'things', document: thing(2) }]));
    const second = codeOf(store.commit([{ insert: 'things', document: thing(2) }]));
    expect(await first).toBe('STORE_FAILED');
    expect(await second).toBe('STORE_FAILED');
  });

  it('leaves the journals when only the snapshot cannot be written', async () => {
    await store.close();
    store = await openLowdbStore({ directory: '/data', collections: [THINGS], now: () => 7, files: disk.files, compactBytes: 1 });
    disk.setFault((operation, name) => (name === '.store.json.tmp' ? failing('ENOSPC', 'write')(operation, name, 0) : undefined));
    for (let number = 2; number < 20; number += 1) await store.commit([{ insert: 'things', document: thing(number) }]);
    expect((await store.status()).failed).toBeNull();
    disk.setFault(undefined);
    await store.commit([{ insert: 'things', document: thing(30) }]);
    await store.close();
    expect(disk.names().length).toBeLessThanOrEqual(3);
    store = await open();
    expect(await store.count('things')).toBe(20);
  });
});
