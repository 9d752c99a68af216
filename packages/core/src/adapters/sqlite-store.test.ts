import { storeConformance } from '../testing/store-conformance.ts';
import { openSqliteStore } from './sqlite-store.ts';

storeConformance('sqlite', { open: openSqliteStore, durable: true, histories: 6 });
