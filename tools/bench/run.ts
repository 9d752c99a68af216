import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Bar, Benchmark } from './benchmark.ts';
import { measure, type BenchmarkReport } from './report.ts';

// Modules beside the benchmarks that are not benchmarks.
const PARTS = new Set(['benchmark', 'report', 'run']);

const here = new URL('.', import.meta.url);
const names = (await readdir(here))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !PARTS.has(name) && !name.startsWith('lib-'))
  .toSorted();

const figure = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });
const barText = (bar: Bar): string =>
  [
    bar.atMost === undefined ? [] : [`at most ${figure(bar.atMost)}`],
    bar.atLeast === undefined ? [] : [`at least ${figure(bar.atLeast)}`],
    bar.ratioAtMost === undefined ? [] : [`ratio at most ${figure(bar.ratioAtMost)}`],
    bar.ratioAtLeast === undefined ? [] : [`ratio at least ${figure(bar.ratioAtLeast)}`],
  ]
    .flat()
    .join(', ');

function print(report: BenchmarkReport, title: string): void {
  console.log(`${report.holds ? 'holds' : 'FAILS'}  ${report.name}  ${title}`);
  console.log(`       median ${figure(report.median)} ${report.unit}, p95 ${figure(report.p95)}; bar: ${barText(report.bar)}`);
  for (const [name, { median, unit, bar }] of Object.entries(report.also)) {
    console.log(`       ${name} ${figure(median)} ${unit}; bar: ${barText(bar)}`);
  }
  if (report.versus !== null && report.ratio !== null) {
    console.log(`       ${report.versus.name} ${figure(report.versus.median)} ${report.unit}; ratio ${figure(report.ratio)}`);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string' }, list: { type: 'boolean', default: false } },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0 || (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1))) {
  const what = unknown.length > 0 ? `no benchmark is called ${unknown.join(', ')}` : '--rounds takes a whole number from 1';
  console.error(`bench: ${what}; there are: ${names.join(' ')}`);
  process.exit(2);
}
if (values.list) {
  console.log(names.join('\n'));
  process.exit(0);
}

let failed = false;
for (const name of positionals.length > 0 ? positionals : names) {
  const { benchmark } = (await import(new URL(`${name}.ts`, here).href)) as { readonly benchmark?: Benchmark };
  if (benchmark === undefined) throw new Error(`tools/bench/${name}.ts exports no "benchmark"`);
  const report = await measure(benchmark, rounds);
  if (values.json) console.log(JSON.stringify(report));
  else print(report, benchmark.title);
  failed ||= !report.holds;
}
process.exitCode = failed ? 1 : 0;
