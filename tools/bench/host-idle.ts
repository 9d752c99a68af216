import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient, hostSocket, unixFetch } from '@muster/api';
import { defineBenchmark } from './benchmark.ts';

const ACCOUNTS = 10_000;
/** Long enough that a tick of the kernel's CPU accounting (10 ms) is a hundredth of the bar. */
const WATCHED_MS = 20_000;
/** The host, then V8 by itself, give back what the start took. */
const SETTLED_MS = 45_000;

interface IdleHost {
  readonly directory: string;
  readonly pid: number;
}

const run = promisify(execFile);
const command = new URL('../../packages/cli/dist/bin.js', import.meta.url).pathname;

/** As `muster` starts it: detached. */
async function startHost(directory: string): Promise<number> {
  const { stdout } = await run(process.execPath, [command, 'serve', '--detach', '--json', '--data', directory]);
  return (JSON.parse(stdout) as { readonly pid: number }).pid;
}

const stopHost = (directory: string): Promise<unknown> => run(process.execPath, [command, 'stop', '--json', '--data', directory]);

async function* list(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < ACCOUNTS; at += 100) {
    yield Buffer.from(Array.from({ length: 100 }, (_, n) => `ptc,trainer${at + n},password${at + n}\n`).join(''));
  }
}

const residentMb = async (pid: number): Promise<number> => {
  const kb = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kb) * 1_024) / 1e6;
};

/** Milliseconds of CPU of all its threads since it started. */
const cpuMsOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

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
    await startHost(directory);
    const client = createClient({ fetch: unixFetch(await hostSocket(directory)) });
    let loaded = 0;
    const lines = client.stream(
      'importAccounts',
      { params: { plugin: 'pokepool' }, query: { name: 'list.csv' } },
      { upload: list() },
    );
    for await (const line of lines) if (line.kind === 'counts') loaded = line.outcomes['new'] ?? 0;
    await stopHost(directory);
    if (loaded !== ACCOUNTS) throw new Error(`${loaded} of ${ACCOUNTS} accounts were loaded`);
    const pid = await startHost(directory);
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
    await stopHost(directory);
    await rm(directory, { recursive: true, force: true });
  },
});
