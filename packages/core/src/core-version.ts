import { createRequire } from 'node:module';

/** The version that plugins say they work with. */
export const CORE_VERSION = (createRequire(import.meta.url)('../package.json') as { readonly version: string }).version;
