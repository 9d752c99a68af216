import { openLowdbStore, openStore, type Store } from '@muster/core';
import { PAIRS, type Kind } from './shape.ts';

/** So small that the journal is folded into the snapshot many times in each life. */
const COMPACT_BYTES = 100_000;

export const openPairs = (kind: Kind, directory: string): Promise<Store> => {
  const options = { directory, collections: [PAIRS], now: () => Date.now() };
  return kind === 'lowdb' ? openLowdbStore({ ...options, compactBytes: COMPACT_BYTES }) : openStore(kind, options);
};
