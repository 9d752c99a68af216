import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, hostSocket, unixFetch, type Client } from '@muster/api';

const BIN = fileURLToPath(new URL('../../../packages/cli/dist/bin.js', import.meta.url));

/** The real host on a data directory, in a process of its own, to be killed. */
export interface MortalHost {
  readonly client: Client;
  /** SIGKILL: nothing of it runs any further when this resolves. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** Resolves when it answers. Throws with what it said when it ends instead. */
export async function startMortalHost(directory: string): Promise<MortalHost> {
  const child = spawn(process.execPath, [BIN, 'serve', '--data', directory], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const client = createClient({ fetch: unixFetch(() => hostSocket(directory)) });
  while (!(await answers(client, child))) {
    if (child.exitCode !== null) throw new Error(`the host ended with ${child.exitCode} at its start:\n${said}`);
    await sleep(10);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const closed = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined;
    child.kill(signal);
    await closed;
  };
  return { client, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

/** The one that was started, not one that was killed before it and whose socket is still named in `host.json`. */
async function answers(client: Client, child: ChildProcess): Promise<boolean> {
  try {
    return (await client.call('getStatus')).pid === child.pid;
  } catch {
    return false;
  }
}
