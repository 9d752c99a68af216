import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../ports/store.ts';
import { THINGS, thing } from '../../testing/store-things.ts';
import { openLowdbStore } from '../lowdb-store.ts';

let directory: string;
const open = (): Promise<Store> => openLowdbStore({ directory, collections: [THINGS], now: () => 1000 });
const journals = async (): Promise<number> => {
  const names = (await readdir(directory)).filter((name) => name.includes('journal'));
  return (await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size))).reduce(
    (sum, size) => sum + size,
    0,
  );
};
const fill = async (store: Store, label: string): Promise<void> => {
  const many = Array.from({ length: 100 }, (_, number) => ({ insert: 'things', document: thing(number, { label }) }));
  await store.commit(many);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-fold-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('folds a long journal into the snapshot when it is closed, so that the next start need not replay it', async () => {
  const store = await open();
  await fill(store, 'x'.repeat(30_000));
  expect(await journals()).toBeGreaterThan(2_000_000);
  await store.close();
  expect(await journals()).toBeLessThan(1_000);
  const again = await open();
  expect(await again.count('things')).toBe(100);
  expect(await again.check()).toEqual([]);
  expect((await again.status()).recovered).toEqual([]);
  await again.close();
});

it('leaves a short one as it is', async () => {
  const store = await open();
  await fill(store, 'x');
  const before = await journals();
  await store.close();
  expect(await journals()).toBe(before);
});
