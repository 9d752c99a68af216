import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { attach } from '../connect/attach.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';

const STOPS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

async function stop(context: Context): Promise<void> {
  const { out } = context;
  const client = await context.running();
  if (client === undefined) {
    out.document({ stopped: false, directory: context.directory });
    out.line(`No host runs on ${context.directory}.`);
    return;
  }
  const { pid } = await client.call('getStatus');
  await client.call('stopHost');
  const giveUpAt = performance.now() + STOPS_WITHIN_MS;
  for (;;) {
    const left = context.options.host === undefined ? await attach(context.directory) : undefined;
    await left?.close();
    if (left === undefined) break;
    if (performance.now() > giveUpAt) {
      out.warn(
        `muster: the host (pid ${pid}) still ends its work after ${STOPS_WITHIN_MS / 1_000} s; \`muster status\` shows it.`,
      );
      context.exit(EXIT.failed);
      return;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: context.signal });
  }
  out.document({ stopped: true, pid });
  out.line(`The host (pid ${pid}) has ended.`);
}

export function register(program: Command, context: Context): void {
  program
    .command('stop')
    .description('Ends the host: no new work, tasks go back, everything is saved. The next start goes on.')
    .action(() => stop(context));
}
