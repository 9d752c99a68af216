import { storeConformance } from '../testing/store-conformance.ts';
import { openSqliteStore } from './sqlite-store.ts';

storeConformance('sqlite', { open: openSqliteStore, durable: true, histories: 6 });

const hot = { fields: ['state', 'rank', 'order', 'dueAt', 'lease', 'uses'], near: 'rank' };

storeConformance('sqlite, split into what seldom changes and what often does', {
  open: ({ collections, ...options }) =>
    openSqliteStore({ ...options, collections: collections.map((definition) => ({ ...definition, hot })) }),
  durable: true,
  histories: 6,
});
