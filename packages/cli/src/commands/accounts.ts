import type { Account } from '@muster/api';
import { safeText } from '@muster/sdk';
import { Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import { accountState, accountStateLine } from '../print/paint.ts';
import type { Column } from '../print/table.ts';
import { moment, plural, shortMoment } from '../print/words.ts';
import { neededSelection, resolveIds, withSelection, type SelectionFlags } from '../run/selection.ts';
import { parseCount, parseLimit, readWindow } from '../run/windows.ts';
import { addAccount, editAccount, type EditFlags } from './account-edit.ts';
import { testAccounts } from './account-test.ts';

interface ListFlags {
  readonly plugin?: string;
  readonly where?: string;
  readonly sort?: string;
  readonly limit: number;
  readonly offset: number;
}

interface ChangeFlags extends SelectionFlags {
  readonly plugin?: string;
  readonly yes?: boolean;
}

async function list(context: Context, { plugin, where, sort, limit, offset }: ListFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const query = {
    ...(plugin === undefined ? {} : { plugin }),
    ...(where === undefined ? {} : { where }),
    ...(sort === undefined ? {} : { sort }),
  };
  const { total, rows } = await readWindow(
    async (page) => {
      const answer = await client.call('listAccounts', { query: { ...query, ...page } }, signal);
      return { total: answer.total, rows: answer.accounts };
    },
    { limit, offset, signal },
  );
  // None of a plugin that does not exist is a slip of the pen; accounts outlive their plugin, so it is looked at only then.
  if (total === 0 && plugin !== undefined) await client.call('getPlugin', { params: { plugin } });
  out.document({ total, accounts: rows });
  const columns: Column<Account>[] = [
    { title: 'ID', value: ({ id }) => id },
    { title: 'PLUGIN', value: (account) => account.plugin, spare: 3 },
    { title: 'ACCOUNT', value: ({ label }) => label, flexible: true },
    { title: 'STATE', value: ({ state }) => accountState(out, state) },
    { title: 'STATUS', value: ({ status }) => status, spare: 1 },
    { title: 'RANK', value: ({ rank }) => rank, align: 'right', spare: 4 },
    { title: 'USED', value: ({ usedAt }) => (out.tty ? shortMoment(usedAt, Date.now()) : moment(usedAt)), spare: 2 },
    { title: 'WHY', value: ({ why }) => why, flexible: true, spare: 5 },
  ];
  out.table(columns, rows);
  if (rows.length < total)
    out.note(`${rows.length.toLocaleString('en')} of ${plural(total, 'account')}; --limit and --offset show more.`);
  else if (total === 0)
    out.note(where === undefined ? 'No account. `muster import <plugin> <file>` loads some.' : 'No account fits.');
}

async function show(context: Context, reference: string): Promise<void> {
  const { out } = context;
  const client = await context.client();
  const account = await client.call('getAccount', { params: { id: reference } });
  const events = await client.call('queryEvents', { query: { account: account.id, limit: 20 } });
  out.document({ account, events });
  const facts: readonly (readonly [string, string])[] = [
    ['account', safeText(account.label)],
    ['id', account.id],
    ['plugin', account.plugin],
    ['state', accountStateLine(out, account.state) + (account.status === null ? '' : ` (${safeText(account.status)})`)],
    ['why', safeText(account.why ?? '')],
    ['until', moment(account.dueAt)],
    ['holder', safeText(account.holder ?? '')],
    ['rank', String(account.rank)],
    ['tags', safeText(account.tags.join(' '))],
    ['used', account.usedAt === 0 ? 'never' : `${moment(account.usedAt)}, ${plural(account.uses, 'time')}`],
    ...Object.entries(account.data).map(
      ([name, value]) => [name, safeText(typeof value === 'string' ? value : JSON.stringify(value))] as const,
    ),
    ...account.secretFields.map((name) => [name, '(secret)'] as const),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  for (const [name, value] of facts) if (value !== '') out.line(`${safeText(name).padEnd(width)}  ${value}`);
  if (events.length > 0) out.line('');
  for (const { at, level, message } of events) out.line(`${moment(at)}  ${level.padEnd(5)}  ${safeText(message)}`);
}

const STATES = { disable: ['paused', 'paused'], enable: ['ready', 'made ready'], retire: ['retired', 'retired'] } as const;

async function setState(context: Context, verb: keyof typeof STATES, flags: ChangeFlags): Promise<void> {
  const [state, word] = STATES[verb];
  const needed = neededSelection(flags, flags.plugin);
  const client = await context.client();
  const selection = await resolveIds(client, needed);
  const { done } = await client.call('setAccountState', { body: { selection, state } });
  context.out.document({ done });
  context.out.line(`${plural(done, 'account')} ${word}.`);
}

async function remove(context: Context, flags: ChangeFlags): Promise<void> {
  const needed = neededSelection(flags, flags.plugin);
  const client = await context.client();
  const selection = await resolveIds(client, needed);
  if (!flags.yes) {
    const { refuseOrAsk } = await import('../ask/confirm.ts');
    const count = selection.ids?.length ?? (await countOf(context, flags));
    await refuseOrAsk(
      context,
      `${plural(count, 'account')} will be deleted with their secrets; retiring keeps them.`,
      String(count),
    );
  }
  const { done } = await client.call('removeAccounts', { body: { selection } });
  context.out.document({ done });
  context.out.line(`${plural(done, 'account')} deleted.`);
}

async function countOf(context: Context, { plugin, where }: ChangeFlags): Promise<number> {
  const client = await context.client();
  const query = { ...(plugin === undefined ? {} : { plugin }), ...(where === undefined ? {} : { where }), limit: 1 };
  return (await client.call('listAccounts', { query })).total;
}

export function register(program: Command, context: Context): void {
  const accounts = program.command('accounts').description('Lists, shows and changes accounts.');
  accounts
    .command('list')
    .description('Accounts that fit, in the order asked for.')
    .option('--plugin <id>', 'of this plugin')
    .option('--where <filter>', "as in 'state:failed tag:vip level>=30'")
    .option('--sort <field>', 'by this field; a leading - for descending (default: order)')
    .addOption(new Option('--limit <n>', 'at most so many, or "all"').argParser(parseLimit).default(50))
    .addOption(new Option('--offset <n>', 'skip so many').argParser(parseCount(0)).default(0))
    .action((flags: ListFlags) => list(context, flags));
  accounts
    .command('show')
    .description('One account and its latest events.')
    .argument('<account>', 'id or label')
    .action((reference: string) => show(context, reference));
  accounts
    .command('add')
    .description('Adds one account; its secrets are asked for, or read from stdin.')
    .argument('<plugin>')
    .argument('[field=value...]')
    .option('--secrets-stdin', 'read the secrets from stdin: a JSON object, or one line for the only one')
    .action((plugin: string, words: string[], flags: EditFlags) => addAccount(context, plugin, words, flags));
  accounts
    .command('edit')
    .description('Changes one account.')
    .argument('<account>', 'id or label')
    .argument('[field=value...]')
    .option('--tag <tag...>', 'its tags from now on')
    .addOption(new Option('--priority <n>', 'for the strategy "priority"').argParser(parseCount(0, 1_000_000)))
    .option('--secret <field...>', 'ask for a new value of these secret fields')
    .option('--secrets-stdin', 'read new secrets from stdin')
    .action((reference: string, words: string[], flags: EditFlags) => editAccount(context, reference, words, flags));
  withSelection(accounts.command('remove').description('Deletes accounts. `retire` keeps them and their history.'))
    .option('--plugin <id>', 'of this plugin')
    .option('--yes', 'do not ask')
    .action((flags: ChangeFlags) => remove(context, flags));
  for (const [verb, text] of [
    ['disable', 'Takes accounts out of use until they are enabled.'],
    ['enable', 'Makes accounts ready again.'],
    ['retire', 'Takes accounts out of use for good, and keeps them.'],
  ] as const) {
    withSelection(accounts.command(verb).description(text))
      .option('--plugin <id>', 'of this plugin')
      .action((flags: ChangeFlags) => setState(context, verb, flags));
  }
  withSelection(accounts.command('test').description("Runs the plugin's `check` or `validate` on accounts and waits."))
    .argument('<plugin>')
    .action((plugin: string, flags: SelectionFlags) => testAccounts(context, plugin, flags));
}
