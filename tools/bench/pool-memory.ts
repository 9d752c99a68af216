import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineBenchmark } from './benchmark.ts';
import { makeDirectory, peakMb, removeDirectory, residentMb, startHost } from './lib-host.ts';
import { buildRoster, type Kind } from './lib-roster.ts';

const SMALL = 100_000;
const LARGE = 1_000_000;
/** A host collects once when it has come to rest, and gives the rest back within half a minute. */
const SETTLED_MS = 10_000;

const makeHostDirectory = async (kind: Kind, size: number): Promise<string> => {
  const directory = await makeDirectory(kind);
  // A host makes its vault with an empty store only.
  await (await startHost(directory))[Symbol.asyncDispose]();
  const store = join(directory, 'store');
  await rm(store, { recursive: true });
  const roster = await buildRoster(kind, size);
  await rename(roster.directory, store);
  // The first start adds the other collections.
  await using host = await startHost(directory);
  const { total } = await host.client.call('listAccounts', { query: { limit: 1 } });
  if (total !== size) throw new Error(`The host sees ${total} of ${size} accounts.`);
  return directory;
};

interface Facts {
  readonly resident: number;
  readonly peak: number;
  readonly ready: number;
}
const look = async (directory: string): Promise<Facts> => {
  await using host = await startHost(directory);
  await sleep(SETTLED_MS);
  return { resident: await residentMb(host.pid), peak: await peakMb(host.pid), ready: host.readyMs };
};

interface Subject {
  readonly small: string;
  readonly large: string;
}

export const benchmark = defineBenchmark<Subject>({
  name: 'pool-memory',
  title: `Resident memory of a host with ${SMALL.toLocaleString('en')} accounts on lowdb, ${SETTLED_MS / 1_000} s after its start`,
  n: SMALL,
  unit: 'MB',
  bar: { atMost: 350 },
  rounds: 3,
  setup: async () => ({ small: await makeHostDirectory('lowdb', SMALL), large: await makeHostDirectory('sqlite', LARGE) }),
  async run({ small, large }) {
    const lowdb = await look(small);
    const sqlite = await look(large);
    return {
      samples: [lowdb.resident],
      also: {
        'most while starting': lowdb.peak,
        ready: lowdb.ready,
        '1,000,000 on sqlite': sqlite.resident,
        'ready on sqlite': sqlite.ready,
      },
    };
  },
  also: {
    'most while starting': { unit: 'MB', bar: { atMost: 350 } },
    ready: { unit: 'ms', bar: { atMost: 1_000 } },
    '1,000,000 on sqlite': { unit: 'MB', bar: { atMost: 250 } },
    'ready on sqlite': { unit: 'ms', bar: { atMost: 2_000 } },
  },
  async close({ small, large }) {
    await removeDirectory(small);
    await removeDirectory(large);
  },
});
