import { setTimeout as sleep } from 'node:timers/promises';
import { readHostInfo, type Client } from '@muster/api';
import { MusterError } from '@muster/sdk';
import type { Command } from 'commander';
import { attach } from '../connect/attach.ts';
import { lives } from '../connect/process-life.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';

const STOPS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 25;
/** From when the directory is free until the process is gone. */
const EXITS_WITHIN_MS = 2_000;

/** `host.json` goes last, after everything is saved. A host that was killed leaves it, so its process and socket are looked at too. */
async function isFree(directory: string, pid: number): Promise<boolean> {
  if ((await readHostInfo(directory))?.pid !== pid) return true;
  if (await lives(pid)) return false;
  const left = await attach(directory);
  await left?.close();
  return left === undefined;
}

const isGone = (client: Client): Promise<boolean> =>
  client.call('getStatus').then(
    () => false,
    (thrown: unknown) => (thrown as { code?: unknown }).code === 'HOST_GONE',
  );

/** Looks again and again; false when it was not so in time. */
async function within(ms: number, signal: AbortSignal, look: () => boolean | Promise<boolean>): Promise<boolean> {
  const giveUpAt = performance.now() + ms;
  while (!(await look())) {
    if (performance.now() > giveUpAt) return false;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  return true;
}

async function stop(context: Context): Promise<void> {
  const { out, directory, signal, options } = context;
  if (options.standalone) throw new MusterError('BAD_REQUEST', 'With --standalone there is no host to end; leave it out.');
  const client = await context.running();
  if (client === undefined) {
    out.document({ stopped: false, directory });
    out.line(`No host runs on ${directory}.`);
    return;
  }
  const { pid } = await client.call('getStatus');
  await client.call('stopHost');
  out.progress(`the host (pid ${pid}) ends its work …`);
  const remote = options.host !== undefined;
  if (!(await within(STOPS_WITHIN_MS, signal, () => (remote ? isGone(client) : isFree(directory, pid))))) {
    out.document({ stopped: false, pid });
    out.warn(`muster: the host (pid ${pid}) still ends its work after ${STOPS_WITHIN_MS / 1_000} s; \`muster status\` shows it.`);
    context.exit(EXIT.failed);
    return;
  }
  if (!remote) await within(EXITS_WITHIN_MS, signal, async () => !(await lives(pid)));
  out.document({ stopped: true, pid });
  out.line(`The host (pid ${pid}) has ended.`);
}

export function register(program: Command, context: Context): void {
  program
    .command('stop')
    .description('Ends the host: no new work, tasks go back, everything is saved. The next start goes on.')
    .action(() => stop(context));
}
