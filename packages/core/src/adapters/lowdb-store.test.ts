import { storeConformance } from '../testing/store-conformance.ts';
import { openLowdbStore } from './lowdb-store.ts';

storeConformance('lowdb', { open: openLowdbStore, durable: true });
// So small a journal that it is folded into the snapshot all the time.
storeConformance('lowdb, compacting', { open: (options) => openLowdbStore({ ...options, compactBytes: 500 }), durable: true });
