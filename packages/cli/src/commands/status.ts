import type { Command } from 'commander';
import type { HostStatus } from '@muster/api';
import { safeText } from '@muster/sdk';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, duration, plural } from '../print/words.ts';

const NAME_WIDTH = 8;

const statusEntries = (status: HostStatus): (readonly [name: string, text: string])[] => {
  const states = Map.groupBy(status.accounts, ({ state }) => state);
  const counted = [...states].map(
    ([state, tally]) => `${tally.reduce((sum, { count }) => sum + count, 0).toLocaleString('en')} ${state}`,
  );
  const total = status.accounts.reduce((sum, { count }) => sum + count, 0);
  return [
    [
      'host',
      `pid ${status.pid}, version ${status.version}, up ${duration(status.now - status.startedAt)}, ${bytes(status.rssBytes)}, ${status.cpuPercent.toFixed(1)} % CPU`,
    ],
    ['data', safeText(status.directory)],
    ['accounts', `${total.toLocaleString('en')}${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`],
    [
      'work',
      `${plural(status.tasks.running, 'task')} running, ${status.tasks.queued.toLocaleString('en')} queued, ${status.tasks.failed.toLocaleString('en')} failed`,
    ],
    [
      'inbox',
      status.prompts === 0 ? 'nothing waits for you' : `${plural(status.prompts, 'question')} for you: muster prompts list`,
    ],
    [
      'store',
      `${status.store.kind}, ${bytes(status.store.bytes)}${status.store.failed === null ? '' : `; FAILED: ${safeText(status.store.failed)}`}`,
    ],
    ['vault', status.vault.state],
    [
      'plugins',
      `${status.plugins.loaded} loaded${status.plugins.broken === 0 ? '' : `, ${status.plugins.broken} broken: muster plugin list`}`,
    ],
    ...(status.tcp === null ? [] : [['tcp', status.tcp] as const]),
    ...[...status.store.recovered, ...status.vault.warnings].map((text) => ['note', safeText(text)] as const),
  ];
};

async function status(context: Context): Promise<void> {
  const { out } = context;
  const client = await context.running();
  if (client === undefined) {
    out.document({ running: false, directory: context.directory });
    out.line(`No host runs on ${safeText(context.directory)}. \`muster serve --detach\` starts one.`);
    context.exit(EXIT.failed);
    return;
  }
  const answer = await client.call('getStatus');
  out.document({ running: true, ...answer });
  for (const [name, text] of statusEntries(answer)) out.entry(name.padEnd(NAME_WIDTH), text, NAME_WIDTH);
}

export function register(program: Command, context: Context): void {
  program
    .command('status')
    .description('Says what the host does now; ends with 1 when none runs.')
    .action(() => status(context));
}
