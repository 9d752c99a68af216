import type { Client, Selection } from '@muster/api';
import { MusterError } from '@muster/sdk';
import type { Command } from 'commander';

export interface SelectionFlags {
  readonly where?: string;
  readonly account?: readonly string[];
  readonly all?: boolean;
}

const SELECTION_FLAGS = ['where', 'account', 'all'] as const;

export const withSelection = (command: Command): Command =>
  command
    .option('--where <filter>', "accounts that fit, as in 'state:failed tag:vip level>=30'")
    .option('--account <id...>', 'these accounts, by id or label')
    .option('--all', 'every account of the plugin');

/** The accounts that are meant; `undefined` when no flag says so. */
export function selectionOf(flags: SelectionFlags, plugin: string | undefined): Selection | undefined {
  const given = SELECTION_FLAGS.filter((name) => flags[name] !== undefined && flags[name] !== false);
  if (given.length > 1) throw new MusterError('BAD_REQUEST', `Give one of --${given.join(' and --')}, not both.`);
  const of = plugin === undefined ? {} : { plugin };
  if (flags.where !== undefined) return { ...of, where: flags.where };
  if (flags.account) return { ...of, ids: [...flags.account] };
  return flags.all ? { ...of, all: true } : undefined;
}

/** The same, for what changes accounts: one must say which. */
export function neededSelection(flags: SelectionFlags, plugin: string | undefined): Selection {
  const selection = selectionOf(flags, plugin);
  if (selection) return selection;
  throw new MusterError('BAD_REQUEST', "Say which accounts: --where 'state:failed', --account <id…>, or --all.");
}

/** Above this many references each must be an id already. */
const RESOLVED_AT_MOST = 200;

/** Labels among the references become ids; NOT_FOUND names the one that is none. */
export async function resolveIds(client: Client, selection: Selection): Promise<Selection> {
  const { ids } = selection;
  if (ids === undefined || ids.length > RESOLVED_AT_MOST) return selection;
  const accounts = await Promise.all(ids.map((id) => client.call('getAccount', { params: { id } })));
  return { ...selection, ids: accounts.map(({ id }) => id) };
}
