import { FILES } from './loader/files.ts';
import { readInProcess } from './loader/read-file.ts';
import type { Row } from './store/row.ts';

const GB = 1024 ** 3;
/** The list is the largest: it remembers four million names to find duplicates. */
const MOST_MB = 600;

/** Files of 1 GB that nobody wants to read, through the loader of the pool: about ten minutes. */
export async function* torture(): AsyncGenerator<Row> {
  for (const name of Object.keys(FILES)) {
    const { accounts, rejected, reasons, maxRssMb, cpuSeconds } = await readInProcess(name, GB);
    const why = reasons.length > 0 ? ` (${reasons.slice(0, 6).join(', ')})` : '';
    yield {
      name: `loader of the pool, 1 GB: ${name}`,
      figure: `${accounts} accounts, ${rejected} refusals${why}; at most ${maxRssMb} MB, ${cpuSeconds} s CPU`,
      holds: maxRssMb <= MOST_MB,
    };
  }
}
