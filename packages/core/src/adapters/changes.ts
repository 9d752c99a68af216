import type { StoreChange } from '../ports/store.ts';
import type { Applied } from './tables.ts';

const MOST_IDS_NAMED = 1000;

/** What subscribers are told of a transaction. */
export const changesOf = (changed: Applied['changed']): StoreChange[] =>
  [...changed].map(([collection, ids]) => ({ collection, ids: ids.size > MOST_IDS_NAMED ? undefined : [...ids] }));
