import { expect, test } from 'vitest';
import { ACCOUNTS } from '../accounts/account-record.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { SETTINGS } from '../plugins/plugin-settings.ts';
import type { CollectionDefinition, Document, Store } from '../ports/store.ts';
import { HOOKS } from '../hooks/hook-record.ts';
import { PROXIES } from '../proxies/proxy-record.ts';
import { RECORDS } from '../records/record-document.ts';
import { storeHoldsSecrets } from './sealed-in-store.ts';

const open = (): Promise<Store> => openMemoryStore({ collections: [ACCOUNTS, SETTINGS, RECORDS, PROXIES, HOOKS] });
const insert = (store: Store, { name }: CollectionDefinition, document: Document & Record<string, unknown>): Promise<void> =>
  store.commit([{ insert: name, document }]);

test('a store is seen to hold sealed secrets when any account has one', async () => {
  const store = await open();
  expect(await storeHoldsSecrets(store)).toBe(false);
  await insert(store, ACCOUNTS, { id: 'a', secrets: {}, label: 'mv1:' });
  await insert(store, ACCOUNTS, { id: 'b', secrets: { password: 'b2xkZXI=' }, label: 'mv1:' });
  expect(await storeHoldsSecrets(store)).toBe(false);
  await insert(store, ACCOUNTS, { id: 'c', secrets: { pin: 'b2xkZXI=', password: 'mv1:0123456789abcdef:AAAA' } });
  expect(await storeHoldsSecrets(store)).toBe(true);
  await store.close();
});

test.each([SETTINGS, RECORDS, PROXIES, HOOKS])('and when one of its $name holds one', async (collection) => {
  const store = await open();
  await insert(store, collection, { id: 'a', data: ['plain'] });
  expect(await storeHoldsSecrets(store)).toBe(false);
  await insert(store, collection, { id: 'b', data: [{ token: 'mst1:WyJhIiwiYiJd:mv1:0123456789abcdef:AAAA' }] });
  expect(await storeHoldsSecrets(store)).toBe(true);
  await store.close();
});
