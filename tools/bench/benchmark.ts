/** What a figure must reach. Give one side; `ratio…` compares the median with the median of `versus`. */
export interface Bar {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly ratioAtMost?: number;
  readonly ratioAtLeast?: number;
}

/** One round: its samples (a single number is one sample), and further figures of the same round by the names of `also`. */
export type Round = number | readonly number[] | { readonly samples: readonly number[]; readonly also: Also };
export type Also = Readonly<Record<string, number>>;

export interface BenchmarkDefinition<T> {
  /** As in the table of bars: `store-write`. The file has the same name. */
  readonly name: string;
  /** What is measured, in one sentence. */
  readonly title: string;
  /** Size of the thing measured: accounts, requests, lines. */
  readonly n: number;
  /** Of the samples: `ms`, `ms CPU`, `updates/s`, `MB`. */
  readonly unit: string;
  readonly bar: Bar;
  /** Default 5. One more is run first and thrown away. */
  readonly rounds?: number;
  /** Made once, shared by all rounds, closed at the end. */
  setup(): Promise<T>;
  close?(subject: T): Promise<void>;
  run(subject: T, round: number): Promise<Round>;
  /** The comparison, run in turns with `run`. */
  readonly versus?: { readonly name: string; run(subject: T, round: number): Promise<Round> };
  /** Bars of the further figures; `holds` needs them all. */
  readonly also?: Readonly<Record<string, { readonly unit: string; readonly bar: Bar }>>;
}

/** The type of the subject stays inside: a runner starts it and reads the rounds. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly n: number;
  readonly unit: string;
  readonly bar: Bar;
  readonly rounds: number;
  readonly versus: string | null;
  readonly also: Readonly<Record<string, { readonly unit: string; readonly bar: Bar }>>;
  start(): Promise<RunningBenchmark>;
}

export interface RunningBenchmark {
  run(round: number): Promise<Round>;
  versus(round: number): Promise<Round>;
  close(): Promise<void>;
}

/** Each `tools/bench/<name>.ts` exports `const benchmark = defineBenchmark({…})`. */
export function defineBenchmark<T>(definition: BenchmarkDefinition<T>): Benchmark {
  const { name, title, n, unit, bar, rounds = 5, versus, also = {} } = definition;
  return {
    name,
    title,
    n,
    unit,
    bar,
    rounds,
    also,
    versus: versus?.name ?? null,
    async start() {
      const subject = await definition.setup();
      return {
        run: (round) => definition.run(subject, round),
        versus: async (round) => (await versus?.run(subject, round)) ?? [],
        close: async () => definition.close?.(subject),
      };
    },
  };
}

/** CPU milliseconds (user and system, all threads of this process) that `work` took. */
export async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Wall milliseconds that `work` took. */
export async function wallMs(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}
