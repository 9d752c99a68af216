import { storeConformance } from '../testing/store-conformance.ts';
import { openMemoryStore } from './memory-store.ts';

storeConformance('memory', { open: openMemoryStore, durable: false, histories: 200 });
