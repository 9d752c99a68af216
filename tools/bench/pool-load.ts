import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMs, defineBenchmark } from './benchmark.ts';
import { cpuMsOf, makeDirectory, peakMb, removeDirectory, startHost, type BenchHost } from './lib-host.ts';

const LINES = 1_000_000;
/** The round that does not count is a short one. */
const WARM_UP = 10_000;
/** Has no common factor with the number of lines: visits each account once, far from the one before. */
const STRIDE = 7_919;

const writeList = async (path: string, lines: number): Promise<void> => {
  await using file = await open(path, 'w');
  for (let first = 0; first < lines; first += 1_000) {
    const numbers = Array.from({ length: Math.min(1_000, lines - first) }, (_, at) => ((first + at) * STRIDE) % lines);
    await file.write(numbers.map((number) => `ptc,trainer${number},password${number}\n`).join(''));
  }
};

interface Load {
  readonly seconds: number;
  readonly peak: number;
}

/** Loads a list through the HTTP API of a host and says what that cost the host. */
const load = async (host: BenchHost, path: string, { lines, dryRun }: { lines: number; dryRun: boolean }): Promise<Load> => {
  const before = await cpuMsOf(host.pid);
  let fresh = 0;
  const answer = host.client.stream(
    'importAccounts',
    { params: { plugin: 'pokepool' }, query: { name: 'list.csv', dryRun: dryRun ? 'true' : 'false' } },
    { upload: createReadStream(path) },
  );
  for await (const line of answer) if (line.kind === 'counts') fresh = line.outcomes['new'] ?? 0;
  if (fresh !== lines) throw new Error(`${fresh} of ${lines} accounts were loaded`);
  return { seconds: ((await cpuMsOf(host.pid)) - before) / 1_000, peak: await peakMb(host.pid) };
};

const inNewHost = async (path: string, options: { lines: number; dryRun: boolean }): Promise<Load> => {
  const directory = await makeDirectory('sqlite');
  try {
    await using host = await startHost(directory);
    return await load(host, path, options);
  } finally {
    await removeDirectory(directory);
  }
};

interface Lists {
  readonly folder: string;
  readonly long: string;
  readonly short: string;
}

export const benchmark = defineBenchmark<Lists>({
  name: 'pool-load',
  title: `Loading ${LINES.toLocaleString('en')} lines through the API of a host with its store on SQLite: CPU of the host`,
  n: LINES,
  unit: 's CPU',
  bar: { atMost: 15 },
  rounds: 1,
  async setup() {
    const folder = await mkdtemp(join(tmpdir(), 'muster-bench-lists-'));
    const lists = { folder, long: join(folder, 'long.csv'), short: join(folder, 'short.csv') };
    await writeList(lists.long, LINES);
    await writeList(lists.short, WARM_UP);
    return lists;
  },
  async run({ long, short }, round) {
    const [path, lines] = round === 0 ? ([short, WARM_UP] as const) : ([long, LINES] as const);
    const stored = await inNewHost(path, { lines, dryRun: false });
    const dry = await inNewHost(path, { lines, dryRun: true });
    return {
      samples: [stored.seconds],
      also: { 'most memory': stored.peak, 'dry run': dry.seconds, 'most memory of a dry run': dry.peak },
    };
  },
  versus: {
    name: 'a loader that reads the file whole, cuts it and keeps no account',
    run: async ({ long }) => {
      const ms = await cpuMs(async () => {
        const text = await readFile(long, 'utf8');
        const accounts = text.split('\n').filter((line) => line !== '');
        const known = new Map(accounts.map((line) => [line.split(',')[1]?.toLowerCase(), line.split(',')]));
        if (known.size !== LINES) throw new Error(`${known.size} of ${LINES} accounts were read`);
      });
      return ms / 1_000;
    },
  },
  also: {
    'most memory': { unit: 'MB', bar: { atMost: 300 } },
    'dry run': { unit: 's CPU', bar: { atMost: 15 } },
    'most memory of a dry run': { unit: 'MB', bar: { atMost: 300 } },
  },
  close: ({ folder }) => rm(folder, { recursive: true }),
});
