import type { Document, Store } from '../ports/store.ts';
import { isSealedText } from './sealed-text.ts';
import { isSealed } from './sealed-value.ts';

const holdsSealedText = (value: unknown): boolean => {
  if (typeof value === 'string') return isSealed(value) || isSealedText(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSealedText);
};

/** Is there a secret that a vault has sealed? Then a vault.json that is not there was lost. */
export const storeHoldsSecrets = async (store: Store): Promise<boolean> => {
  for await (const account of store.scan<Document & { readonly secrets?: unknown }>('accounts'))
    if (holdsSealedText(account.secrets)) return true;
  for (const collection of ['settings', 'records', 'proxies', 'hooks'])
    for await (const document of store.scan(collection)) if (holdsSealedText(document)) return true;
  return false;
};
