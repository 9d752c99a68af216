import type { ActionInfo, Client, PluginInfo } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import { nearest } from '../nearest.ts';
import { parseDuration, parseMoment } from '../print/words.ts';
import { withGlobalOptions } from '../global-options.ts';
import { addSchemaFlags, type FlagValues } from '../run/schema-flags.ts';
import { resolveIds, selectionOf, withSelection, type SelectionFlags } from '../run/selection.ts';
import { waitForJob } from '../run/wait-for-job.ts';
import { parseCount } from '../run/windows.ts';

interface RunFlags extends SelectionFlags {
  readonly concurrency?: number;
  readonly wait: boolean;
  readonly attended?: boolean;
  readonly at?: number;
  readonly every?: number;
}

const moment = (text: string): number => {
  const at = parseMoment(text, Date.now());
  if (at === undefined) throw new InvalidArgumentError('It takes 15m, 23:30 or 2026-12-01T10:00.');
  return at;
};

const span = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1_000) throw new InvalidArgumentError('It takes 30s, 15m, 2h or 7d.');
  return ms;
};

/** The command's own flags; those over accounts only where the action is. */
function ownFlags(command: Command, overAccounts: boolean): Command {
  if (overAccounts) withSelection(command);
  return command
    .addOption(new Option('--concurrency <n>', 'tasks at once').argParser(parseCount(1, 1_000)))
    .option('--no-wait', 'start the job and return at once')
    .option('--attended', 'somebody answers its questions elsewhere: keep waiting')
    .addOption(new Option('--at <time>', 'start later: 15m, 23:30, 2026-12-01T10:00').argParser(moment))
    .addOption(new Option('--every <span>', 'again and again: 30m, 2h, 1d').argParser(span));
}

const actionNames = (plugins: readonly PluginInfo[]): string[] =>
  plugins.flatMap(({ id, actions }) => actions.map(({ name }) => `${id}.${name}`));

async function findAction(client: Client, name: string): Promise<{ readonly plugin: string; readonly action: ActionInfo }> {
  const plugins = await client.call('listPlugins');
  const [, plugin = '', verb = ''] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
  const found = plugins.find(({ id }) => id === plugin);
  const action = found?.actions.find((one) => one.name === verb);
  if (action) return { plugin, action };
  if (found && found.state !== 'loaded') {
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${plugin} is ${found.state}: ${found.reason ?? 'no reason given'}.`);
  }
  const names = actionNames(plugins);
  const hint = nearest(name, names);
  const rest = hint === undefined ? `There are: ${names.join(', ') || 'none'}.` : `Did you mean ${hint}?`;
  throw new MusterError('BAD_REQUEST', `There is no action "${safeText(name, 100)}". ${rest}`);
}

/** The flags of one action: its input's, and the command's own. */
function actionCommand(
  context: Context,
  plugin: string,
  action: ActionInfo,
): { readonly command: Command; readonly values: FlagValues } {
  const command = withGlobalOptions(new Command(`muster run ${plugin}.${action.name}`))
    .description(action.description ?? action.title)
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  ownFlags(command, action.scope === 'account');
  const reserved = new Set(['help', ...command.options.flatMap(({ long }) => (long ? [long.replace(/^--(no-)?/, '')] : []))]);
  command.optionsGroup('Input:');
  const values = addSchemaFlags(command, action.input, { reserved, cwd: context.cwd });
  return { command, values };
}

async function secretInput(
  context: Context,
  action: ActionInfo,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { askForSecrets, secretNames } = await import('../ask/secret-fields.ts');
  const schema = action.input as { readonly required?: readonly string[] };
  const missing = secretNames(schema).filter((name) => schema.required?.includes(name) && !(name in given));
  return missing.length === 0 ? {} : askForSecrets(context, missing, missing);
}

async function run(context: Context, name: string, words: readonly string[]): Promise<void> {
  const client = await context.client();
  const { plugin, action } = await findAction(client, name);
  const { command, values } = actionCommand(context, plugin, action);
  command.parse([...words], { from: 'user' });
  const flags = command.opts<RunFlags>();
  if (command.args.length > 0) {
    throw new MusterError(
      'BAD_REQUEST',
      `"${safeText(command.args[0] ?? '')}" is too much; inputs are flags: muster run ${name} --help`,
    );
  }
  const plain = values(command);
  const selection = action.scope === 'account' ? selectionOf(flags, plugin) : undefined;
  if (action.scope === 'account' && selection === undefined) {
    throw new MusterError('BAD_REQUEST', `${name} works on accounts: add --where 'state:ready', --account <id…>, or --all.`);
  }
  const input = { ...plain, ...(await secretInput(context, action, plain)) };
  const body = {
    input,
    ...(selection === undefined ? {} : { selection: await resolveIds(client, selection) }),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    ...(flags.at === undefined ? {} : { at: flags.at }),
    ...(flags.every === undefined ? {} : { everyMs: flags.every }),
  };
  const job = await client.call('runAction', { params: { plugin, action: action.name }, body });
  const later = flags.at !== undefined || flags.every !== undefined;
  if (flags.wait && !later) return waitForJob(context, client, job.id, { attended: flags.attended === true });
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
      ownFlags(command, true);
      command.help({ error: !help });
    }
    await run(context, name as string, words);
  });
}
