import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient, hostSocket, unixFetch, type Client } from '@muster/api';
import type { Kind } from './lib-roster.ts';

const command = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));
const run = promisify(execFile);

/** As `muster` starts it: detached. Returns its pid. */
export async function startDetached(directory: string): Promise<number> {
  const { stdout } = await run(process.execPath, [command, 'serve', '--detach', '--json', '--data', directory]);
  return (JSON.parse(stdout) as { readonly pid: number }).pid;
}

export const stopDetached = (directory: string): Promise<unknown> =>
  run(process.execPath, [command, 'stop', '--json', '--data', directory]);

/** A new data directory whose host will use this store. */
export async function makeDirectory(store: Kind): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-host-'));
  await writeFile(join(directory, 'config.json'), JSON.stringify({ store }));
  return directory;
}

export const removeDirectory = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true });

export interface BenchHost extends AsyncDisposable {
  readonly pid: number;
  readonly client: Client;
  /** Milliseconds that the command took which started it and waited for its first answer. */
  readonly readyMs: number;
}

/** A detached host; it ends when it is disposed of. */
export async function startHost(directory: string): Promise<BenchHost> {
  const began = performance.now();
  const pid = await startDetached(directory);
  const readyMs = performance.now() - began;
  const client = createClient({ fetch: unixFetch(await hostSocket(directory)) });
  return {
    pid,
    client,
    readyMs,
    async [Symbol.asyncDispose]() {
      await client.close();
      await stopDetached(directory);
    },
  };
}

const statusOf = async (pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> => {
  const kb = new RegExp(`${field}:\\s+(\\d+) kB`).exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kb) * 1_024) / 1e6;
};
export const residentMb = (pid: number): Promise<number> => statusOf(pid, 'VmRSS');
/** The most that was ever resident. */
export const peakMb = (pid: number): Promise<number> => statusOf(pid, 'VmHWM');

/** Milliseconds of CPU of all its threads since it started. */
export const cpuMsOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
