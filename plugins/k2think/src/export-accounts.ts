import { writeLegacy } from './legacy/write-legacy.ts';

export default writeLegacy;
