import { readdir } from 'node:fs/promises';
import type { Row } from './store/row.ts';

// `npm run torture [-- name…]`: each `tools/torture/<name>.ts` exports `torture()`, which yields rows as they come.

const here = new URL('.', import.meta.url);
const names = (await readdir(here))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`torture: nothing is called ${unknown.join(', ')}; there are: ${names.join(' ')}`);
  process.exit(2);
}

let failed = 0;
for (const name of asked.length > 0 ? asked : names) {
  const { torture } = (await import(new URL(`${name}.ts`, here).href)) as { readonly torture: () => AsyncIterable<Row> };
  for await (const row of torture()) {
    console.log(JSON.stringify(row));
    if (!row.holds) failed += 1;
  }
}
process.exitCode = failed > 0 ? 1 : 0;
