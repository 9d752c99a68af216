export { storeConformance, type StoreUnderTest } from './store-conformance.ts';
export { THINGS, thing, type Thing } from './store-things.ts';
