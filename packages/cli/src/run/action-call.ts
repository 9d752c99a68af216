import type { ActionInfo, Client, PluginInfo, Selection } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { withGlobalOptions } from '../global-options.ts';
import { nearest } from '../nearest.ts';
import { addSchemaFlags, type FlagValues } from './schema-flags.ts';
import { resolveIds, selectionOf, withSelection, type SelectionFlags } from './selection.ts';
import { QUIET_HELP } from '../print/harmless.ts';

/** Adds the flags that a command has beside the action's own. */
export type OwnFlags = (command: Command) => Command;

/** An action with what the words of a command line say about it. */
export interface ActionCall<F> {
  readonly plugin: string;
  readonly action: ActionInfo;
  /** It opens an address to clients, which its first note names. */
  readonly opens: boolean;
  readonly input: Readonly<Record<string, unknown>>;
  /** Undefined for an action over the plugin as a whole. */
  readonly selection: Selection | undefined;
  readonly flags: F;
}

const actionNames = (plugins: readonly PluginInfo[]): string[] =>
  plugins.flatMap(({ id, actions }) => actions.map(({ name }) => `${id}.${name}`));

/** What there is in place of a name that is no action: the nearest, those of the plugin, or where to look. */
function otherActions(name: string, plugins: readonly PluginInfo[]): string {
  const hint = nearest(name, actionNames(plugins));
  if (hint !== undefined) return `Did you mean ${hint}?`;
  const meant = plugins.filter(({ id }) => id === name.split('.', 1)[0]);
  const names = actionNames(meant);
  return names.length > 0 ? `There are: ${names.join(', ')}.` : '`muster plugin list` names them all.';
}

async function findAction(client: Client, name: string): Promise<Pick<ActionCall<unknown>, 'plugin' | 'action' | 'opens'>> {
  const plugins = await client.call('listPlugins');
  const [, plugin = '', verb = ''] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
  const found = plugins.find(({ id }) => id === plugin);
  const action = found?.actions.find((one) => one.name === verb);
  if (action) return { plugin, action, opens: found?.service?.opensBy === verb };
  if (found && found.state !== 'loaded') {
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${plugin} is ${found.state}: ${found.reason ?? 'no reason given'}.`);
  }
  throw new MusterError('BAD_REQUEST', `There is no action "${safeText(name, 100)}". ${otherActions(name, plugins)}`);
}

interface CallShape {
  /** `muster run`, as help says it. */
  readonly verb: string;
  readonly own: OwnFlags;
}

/** The flags of one action: its input's, and the command's own. */
function actionCommand(
  context: Context,
  { plugin, action }: { readonly plugin: string; readonly action: ActionInfo },
  { verb, own }: CallShape,
): { readonly command: Command; readonly values: FlagValues } {
  const command = withGlobalOptions(new Command(`${verb} ${plugin}.${action.name}`))
    .description(action.description ?? action.title)
    .allowExcessArguments()
    .exitOverride()
    .configureOutput(QUIET_HELP);
  if (action.scope === 'account') withSelection(command);
  own(command);
  const reserved = new Set(['help', ...command.options.flatMap(({ long }) => (long ? [long.replace(/^--(no-)?/, '')] : []))]);
  command.optionsGroup('Input:');
  const values = addSchemaFlags(command, action.input, { reserved, cwd: context.cwd });
  return { command, values };
}

/** Finds the action and reads its flags. */
export async function readActionCall<F extends SelectionFlags>(
  context: Context,
  [name = '', ...words]: readonly string[],
  shape: CallShape,
): Promise<ActionCall<F>> {
  const client = await context.client();
  const { plugin, action, opens } = await findAction(client, name);
  const { command, values } = actionCommand(context, { plugin, action }, shape);
  command.parse([...words], { from: 'user' });
  const flags = command.opts<F>();
  if (command.args.length > 0) {
    throw new MusterError(
      'BAD_REQUEST',
      `"${safeText(command.args[0] ?? '')}" is too much; inputs are flags: ${shape.verb} ${name} --help`,
    );
  }
  const input = values(command);
  const chosen = action.scope === 'account' ? selectionOf(flags, plugin) : undefined;
  if (action.scope === 'account' && chosen === undefined) {
    throw new MusterError('BAD_REQUEST', `${name} works on accounts: add --where 'state:ready', --account <id…>, or --all.`);
  }
  const selection = chosen === undefined ? undefined : await resolveIds(client, chosen);
  return { plugin, action, opens, input, selection, flags };
}
