import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, hostSocket, unixFetch } from '@muster/api';
import { defineBenchmark } from './benchmark.ts';
import { cpuMsOf, residentMb, startDetached, stopDetached } from './lib-host.ts';

const ACCOUNTS = 10_000;
/** Long enough that a tick of the kernel's CPU accounting (10 ms) is a hundredth of the bar. */
const WATCHED_MS = 20_000;
/** The host, then V8 by itself, give back what the start took. */
const SETTLED_MS = 45_000;

interface IdleHost {
  readonly directory: string;
  readonly pid: number;
}

async function* list(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < ACCOUNTS; at += 100) {
    yield Buffer.from(Array.from({ length: 100 }, (_, n) => `ptc,trainer${at + n},password${at + n}\n`).join(''));
  }
}

export const benchmark = defineBenchmark<IdleHost>({
  name: 'host-idle',
  title: `A host with ${ACCOUNTS} accounts and nothing to do: resident memory, and CPU over ${WATCHED_MS / 1_000} s`,
  n: ACCOUNTS,
  unit: 'MB',
  bar: { atMost: 120 },
  rounds: 3,
  also: { cpu: { unit: '% CPU', bar: { atMost: 0.5 } } },
  async setup() {
    const directory = await mkdtemp(join(tmpdir(), 'muster-idle-'));
    await startDetached(directory);
    const client = createClient({ fetch: unixFetch(await hostSocket(directory)) });
    let loaded = 0;
    const lines = client.stream(
      'importAccounts',
      { params: { plugin: 'pokepool' }, query: { name: 'list.csv' } },
      { upload: list() },
    );
    for await (const line of lines) if (line.kind === 'counts') loaded = line.outcomes['new'] ?? 0;
    await stopDetached(directory);
    if (loaded !== ACCOUNTS) throw new Error(`${loaded} of ${ACCOUNTS} accounts were loaded`);
    const pid = await startDetached(directory);
    await sleep(SETTLED_MS);
    return { directory, pid };
  },
  async run({ pid }) {
    const from = await cpuMsOf(pid);
    await sleep(WATCHED_MS);
    const cpu = ((await cpuMsOf(pid)) - from) / (WATCHED_MS / 100);
    return { samples: [await residentMb(pid)], also: { cpu } };
  },
  async close({ directory }) {
    await stopDetached(directory);
    await rm(directory, { recursive: true, force: true });
  },
});
