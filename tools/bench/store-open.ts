import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defineBenchmark, wallMs } from './benchmark.ts';
import { account, buildRoster, type Kind, type Roster } from './lib-roster.ts';

const SMALL = 100_000;
const LARGE = 1_000_000;
const OPENER = fileURLToPath(new URL('lib-open-roster.ts', import.meta.url));

const open = async (kind: Kind, roster: Roster): Promise<{ ms: number; megabytes: number }> => {
  const { stdout } = await promisify(execFile)(process.execPath, [OPENER, kind, roster.directory]);
  const result = JSON.parse(stdout) as { ms: number; accounts: number; megabytes: number };
  if (result.accounts !== roster.size) throw new Error(`${result.accounts} accounts are there, ${roster.size} were written`);
  return result;
};

interface Subject {
  readonly small: Roster;
  readonly large: Roster;
  /** The same accounts as one JSON file, as plain lowdb keeps them. */
  readonly plain: string;
}

export const benchmark = defineBenchmark<Subject>({
  name: 'store-open',
  title: 'opening the default store with 100,000 accounts, and the one on SQLite with 1,000,000',
  n: SMALL,
  unit: 'ms',
  bar: { atMost: 600 },
  async setup() {
    const small = await buildRoster('lowdb', SMALL);
    const plain = join(small.directory, 'plain.json');
    await writeFile(
      plain,
      JSON.stringify(
        Array.from({ length: SMALL }, (_, number) => account(number)),
        null,
        2,
      ),
    );
    return { small, plain, large: await buildRoster('sqlite', LARGE) };
  },
  async run({ small, large }) {
    const lowdb = await open('lowdb', small);
    const sqlite = await open('sqlite', large);
    return {
      samples: [lowdb.ms],
      also: { 'memory of the process': lowdb.megabytes, '1,000,000 on sqlite': sqlite.ms, 'memory on sqlite': sqlite.megabytes },
    };
  },
  versus: {
    name: "reading and parsing plain lowdb's file, without indexes",
    run: ({ plain }) => wallMs(async () => JSON.parse(await readFile(plain, 'utf8')) as unknown),
  },
  also: {
    'memory of the process': { unit: 'MB', bar: { atMost: 350 } },
    '1,000,000 on sqlite': { unit: 'ms', bar: { atMost: 500 } },
    'memory on sqlite': { unit: 'MB', bar: { atMost: 250 } },
  },
  async close({ small, large }) {
    await small.remove();
    await large.remove();
  },
});
