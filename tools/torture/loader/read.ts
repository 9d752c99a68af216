import pokepool from '@muster/plugin-pokepool';
import { FILES } from './files.ts';

/** A program of its own, so that its memory is its own: reads one of the files, says what came of it. Arguments: name, bytes. */
const [name = '', bytes = '0'] = process.argv.slice(2);
const file = FILES[name];
if (!file || !pokepool.import) throw new Error(`There is no file "${name}".`);
const { default: load } = await pokepool.import.load();

let accounts = 0;
let rejected = 0;
const reasons = new Set<string>();
for await (const entry of load({ name, bytes: file(Number(bytes)) }, {} as never, new AbortController().signal)) {
  if (entry.kind === 'account') accounts++;
  if (entry.kind === 'rejected') {
    rejected++;
    reasons.add(entry.reason);
  }
}
const { maxRSS, userCPUTime } = process.resourceUsage();
console.log(
  JSON.stringify({
    accounts,
    rejected,
    reasons: [...reasons].toSorted(),
    maxRssMb: Math.round(maxRSS / 1024),
    cpuSeconds: Math.round(userCPUTime / 1e6),
  }),
);
