import { safeText } from '@muster/sdk';
import { Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import { readActionCall } from '../run/action-call.ts';
import { withSelection, type SelectionFlags } from '../run/selection.ts';
import { parseSpan, parseTime } from '../run/times.ts';
import { waitForJob } from '../run/wait-for-job.ts';
import { parseCount } from '../run/windows.ts';

interface RunFlags extends SelectionFlags {
  readonly concurrency?: number;
  readonly wait: boolean;
  readonly attended?: boolean;
  readonly at?: number;
  readonly every?: number;
}

/** The command's own flags. */
function ownFlags(command: Command): Command {
  return command
    .addOption(new Option('--concurrency <n>', 'tasks at once').argParser(parseCount(1, 1_000)))
    .option('--no-wait', 'start the job and return at once')
    .option('--attended', 'somebody answers its questions elsewhere: keep waiting')
    .addOption(new Option('--at <time>', 'start later: 15m, 23:30, 2026-12-01T10:00').argParser(parseTime))
    .addOption(new Option('--every <span>', 'again and again: 30m, 2h, 1d').argParser(parseSpan));
}

async function run(context: Context, words: readonly string[]): Promise<void> {
  const client = await context.client();
  const call = await readActionCall<RunFlags>(context, words, { verb: 'muster run', own: ownFlags });
  const { plugin, action, opens, input, selection, flags } = call;
  const body = {
    input,
    ...(selection === undefined ? {} : { selection }),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    ...(flags.at === undefined ? {} : { at: flags.at }),
    ...(flags.every === undefined ? {} : { everyMs: flags.every }),
  };
  const job = await client.call('runAction', { params: { plugin, action: action.name }, body });
  const later = flags.at !== undefined || flags.every !== undefined;
  if (flags.wait && !later) return waitForJob(context, client, job.id, { attended: flags.attended === true, opens });
  context.out.document({ job });
  context.out.line(`Job ${job.id}: ${safeText(job.title)}${later ? ', scheduled' : ' started'}.`);
  context.out.note(`muster: \`muster jobs watch ${job.id}\` follows it.`);
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('run')
    .description('Runs an action of a plugin as a job, and waits for its end. The inputs of the action are flags.')
    .usage('<plugin.action> [flags]')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[plugin.action]')
    .addHelpText('after', '\n`muster run <plugin.action> --help` shows its inputs; `muster plugin list` names the actions.');
  command.action(async (name: string | undefined) => {
    const words = command.args.slice(1);
    const help = [name, ...words].some((word) => word === '--help' || word === '-h');
    if (name === undefined || name.startsWith('-')) {
      ownFlags(withSelection(command));
      command.help({ error: !help });
    }
    await run(context, [name as string, ...words]);
  });
}
