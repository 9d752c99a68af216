import { expect, test } from 'vitest';
import { ACCOUNTS } from '../accounts/account-record.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { storeHoldsSecrets } from './sealed-in-store.ts';

test('a store is seen to hold sealed secrets when any account has one', async () => {
  const store = await openMemoryStore({ collections: [ACCOUNTS] });
  const insert = (id: string, secrets: Record<string, string>): Promise<void> =>
    store.commit([{ insert: 'accounts', document: { id, secrets, label: 'mv1:' } as { id: string } }]);
  expect(await storeHoldsSecrets(store)).toBe(false);
  await insert('a', {});
  await insert('b', { password: 'b2xkZXI=' });
  expect(await storeHoldsSecrets(store)).toBe(false);
  await insert('c', { pin: 'b2xkZXI=', password: 'mv1:0123456789abcdef:AAAA' });
  expect(await storeHoldsSecrets(store)).toBe(true);
  await store.close();
});
