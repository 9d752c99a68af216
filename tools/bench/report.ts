import type { Bar, Benchmark, Round } from './benchmark.ts';

export interface BenchmarkReport {
  readonly name: string;
  readonly n: number;
  /** The median of each round. */
  readonly rounds: readonly number[];
  readonly median: number;
  readonly p95: number;
  readonly unit: string;
  readonly versus: { readonly name: string; readonly median: number } | null;
  /** Ours by theirs. */
  readonly ratio: number | null;
  readonly bar: Bar;
  readonly also: Readonly<
    Record<string, { readonly median: number; readonly unit: string; readonly bar: Bar; readonly holds: boolean }>
  >;
  readonly holds: boolean;
}

/** The value below which the share `q` of the samples lies (nearest rank). */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** A figure that is not a number holds no bar. */
export function holds(bar: Bar, figure: number, ratio: number | null): boolean {
  if (Number.isNaN(figure)) return false;
  return (
    (bar.atMost === undefined || figure <= bar.atMost) &&
    (bar.atLeast === undefined || figure >= bar.atLeast) &&
    (bar.ratioAtMost === undefined || (ratio !== null && ratio <= bar.ratioAtMost)) &&
    (bar.ratioAtLeast === undefined || (ratio !== null && ratio >= bar.ratioAtLeast))
  );
}

const samplesOf = (round: Round): readonly number[] =>
  typeof round === 'number' ? [round] : 'samples' in round ? round.samples : round;
const alsoOf = (round: Round, name: string): number =>
  (typeof round === 'object' && 'also' in round ? round.also[name] : undefined) ?? Number.NaN;

/** Runs a benchmark and its comparison in turns: first a round of each that does not count, then the rounds. */
export async function measure(benchmark: Benchmark, rounds = benchmark.rounds): Promise<BenchmarkReport> {
  const ours: Round[] = [];
  const theirs: Round[] = [];
  const running = await benchmark.start();
  try {
    for (let round = 0; round <= rounds; round++) {
      const result = await running.run(round);
      const other = benchmark.versus === null ? undefined : await running.versus(round);
      if (round === 0) continue;
      ours.push(result);
      if (other !== undefined) theirs.push(other);
    }
  } finally {
    await running.close();
  }
  const samples = ours.flatMap(samplesOf);
  const versus = benchmark.versus === null ? null : { name: benchmark.versus, median: median(theirs.flatMap(samplesOf)) };
  const middle = median(samples);
  const ratio = versus === null ? null : middle / versus.median;
  const also = Object.fromEntries(
    Object.entries(benchmark.also).map(([name, { unit, bar }]) => {
      const figure = median(ours.map((round) => alsoOf(round, name)));
      return [name, { median: figure, unit, bar, holds: holds(bar, figure, null) }];
    }),
  );
  return {
    name: benchmark.name,
    n: benchmark.n,
    rounds: ours.map((round) => median(samplesOf(round))),
    median: middle,
    p95: quantile(samples, 0.95),
    unit: benchmark.unit,
    versus,
    ratio,
    bar: benchmark.bar,
    also,
    holds: holds(benchmark.bar, middle, ratio) && Object.values(also).every((figure) => figure.holds),
  };
}
