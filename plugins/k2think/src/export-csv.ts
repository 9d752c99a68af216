import { writeCsv } from './legacy/write-csv.ts';

export default writeCsv;
