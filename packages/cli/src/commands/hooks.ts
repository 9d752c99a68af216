import { hookTargetText, type Delivery, type Hook } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { Option, type Command } from 'commander';
import { refuseOrAsk } from '../ask/confirm.ts';
import { askSecret } from '../ask/secret.ts';
import { readStdin } from '../ask/stdin.ts';
import type { Context } from '../context.ts';
import type { Column } from '../print/table.ts';
import { moment } from '../print/words.ts';
import { parseCount } from '../run/windows.ts';

type Target = Hook['target'];

const eventsOf = ({ events, plugin }: Hook): string => `${events.join(' ')}${plugin === null ? '' : ` of ${plugin}`}`;

const COLUMNS: readonly Column<Hook>[] = [
  { title: 'ID', value: ({ id }) => id, spare: 2 },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'KIND', value: ({ target }) => target.kind },
  { title: 'TELLS', value: ({ target }) => hookTargetText(target), flexible: true },
  { title: 'EVENTS', value: eventsOf, flexible: true },
  { title: 'STATE', value: ({ enabled }) => (enabled ? 'on' : 'off') },
  { title: 'WAITING', value: ({ waiting }) => waiting, align: 'right' },
  { title: 'SENT', value: ({ sent }) => sent, align: 'right', spare: 1 },
  { title: 'FAILED', value: ({ failed }) => failed, align: 'right', spare: 1 },
  { title: 'LAST', value: ({ last }) => last?.outcome ?? '', flexible: true, spare: 3 },
];

const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  { title: 'AT', value: ({ createdAt }) => moment(createdAt) },
  { title: 'EVENT', value: ({ type }) => type },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
  { title: 'OUTCOME', value: ({ outcome }) => outcome, flexible: true },
  { title: 'MESSAGE', value: ({ message }) => message, flexible: true, spare: 1 },
];

interface AddFlags {
  readonly name?: string;
  readonly event?: readonly string[];
  readonly plugin?: string;
  readonly secretStdin?: boolean;
}

interface MailFlags extends AddFlags {
  readonly server: string;
  readonly port?: number;
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string;
  readonly from: string;
  readonly to: readonly string[];
}

async function add(context: Context, target: Target, flags: AddFlags & { readonly secret?: string }): Promise<void> {
  const { name, event, plugin, secret } = flags;
  const body = {
    target,
    ...(name === undefined ? {} : { name }),
    ...(event === undefined ? {} : { events: [...event] }),
    ...(plugin === undefined ? {} : { plugin }),
    ...(secret === undefined ? {} : { secret }),
  };
  const { hook, secret: made } = await (await context.client()).call('addHook', { body });
  context.out.document({ hook, secret: made });
  context.out.note(`muster: added ${safeText(hook.name)} (${hook.id}) for ${hook.events.join(', ')}.`);
  if (made === null) return;
  context.out.line(made);
  context.out.note('muster: this is the key of its signatures, shown this once.');
}

async function addWebhook(context: Context, given: string | undefined, flags: AddFlags): Promise<void> {
  if (given === undefined && flags.secretStdin)
    throw new MusterError('BAD_REQUEST', 'With --secret-stdin the address is an argument: stdin holds the key.');
  const url =
    given ?? (context.interactive ? await askSecret('address', process.stdin, process.stderr) : (await readStdin()).trim());
  await add(context, { kind: 'webhook', url }, { ...flags, ...(await secretOf(flags)) });
}

async function addMail(context: Context, flags: MailFlags): Promise<void> {
  const { server, security, user, from, to } = flags;
  const port = flags.port ?? (security === 'tls' ? 465 : security === 'starttls' ? 587 : 25);
  const target: Target = { kind: 'mail', host: server, port, security, user: user ?? null, from, to: [...to] };
  const asked = user !== undefined && !flags.secretStdin;
  if (asked && !context.interactive)
    throw new MusterError('BAD_REQUEST', 'The password can be asked for on a terminal only; use --secret-stdin.');
  const secret = flags.secretStdin
    ? await readStdin()
    : asked
      ? await askSecret('password', process.stdin, process.stderr)
      : undefined;
  await add(context, target, { ...flags, ...(secret === undefined ? {} : { secret }) });
}

async function list(context: Context): Promise<void> {
  const hooks = await (await context.client()).call('listHooks');
  context.out.document({ hooks });
  context.out.table(COLUMNS, hooks);
  if (hooks.length === 0) context.out.note('Nobody is told. `muster hooks add webhook <url>` changes that.');
}

async function show(context: Context, reference: string, { showSecrets }: { readonly showSecrets?: boolean }): Promise<void> {
  const client = await context.client();
  const hook = await client.call('getHook', { params: { id: reference } });
  const { target } = showSecrets ? await client.call('revealHook', { params: { id: hook.id } }) : hook;
  context.out.document({ hook: { ...hook, target } });
  const facts: readonly (readonly [string, string])[] = [
    ['id', hook.id],
    ['name', hook.name],
    [target.kind, hookTargetText(target)],
    ['events', eventsOf(hook)],
    ['state', hook.enabled ? 'on' : 'off'],
    ['waiting', String(hook.waiting)],
    ['sent', String(hook.sent)],
    ['failed', String(hook.failed)],
    ['last', hook.last === null ? 'nothing sent yet' : `${hook.last.state}: ${hook.last.outcome ?? ''}`],
  ];
  for (const [name, text] of facts) context.out.entry(name.padEnd(7), safeText(text, 4_000), 7);
}

async function deliveries(context: Context, id: string, { limit }: { readonly limit: number }): Promise<void> {
  const rows = await (await context.client()).call('listDeliveries', { params: { id }, query: { limit } });
  context.out.document({ deliveries: rows });
  context.out.table(DELIVERY_COLUMNS, rows);
}

async function test(context: Context, id: string): Promise<void> {
  const result = await (await context.client()).call('testHook', { params: { id } });
  context.out.document(result);
  context.out.line(`${result.ok ? 'It arrived' : 'It did not arrive'}: ${safeText(result.outcome)}`);
  if (!result.ok) context.exit(1);
}

async function remove(context: Context, id: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const client = await context.client();
  const hook = await client.call('getHook', { params: { id } });
  if (!yes) await refuseOrAsk(context, `The hook "${safeText(hook.name)}" will be removed, with what waits for it.`, 'yes');
  await client.call('removeHook', { params: { id: hook.id } });
  context.out.document({ removed: hook.id });
  context.out.line(`${safeText(hook.name)} is removed.`);
}

const withAdding = (command: Command): Command =>
  command
    .option('--name <text>', 'what to call it')
    .option('--event <type...>', "types of events: job.ended (the default), 'whatsapp.*', '*'")
    .option('--plugin <id>', 'only of this plugin')
    .option('--secret-stdin', 'read the key or password from stdin');

const secretOf = async ({ secretStdin }: AddFlags): Promise<{ secret?: string }> =>
  secretStdin ? { secret: await readStdin() } : {};

export function register(program: Command, context: Context): void {
  const hooks = program.command('hooks').description('Tells others what happens.');
  hooks
    .command('list')
    .description('Who is told of what, and what came of it.')
    .action(() => list(context));
  hooks
    .command('show')
    .description('One of them.')
    .argument('<hook>', 'id or name')
    .option('--show-secrets', 'with the whole address or command; audited')
    .action((id: string, flags: { showSecrets?: boolean }) => show(context, id, flags));
  const adding = hooks.command('add').description('Be told by a webhook, a command or mail.');
  withAdding(adding.command('webhook').description('POSTs JSON, signed with HMAC-SHA256. Prints the key, this once.'))
    .argument('[url]', 'asked for, or read from stdin, where it is left out: an address may hold a key')
    .action((url: string | undefined, flags: AddFlags) => addWebhook(context, url, flags));
  withAdding(adding.command('command').description('Runs a command of yours, with the event as JSON on its stdin.'))
    .argument('<command>', 'as the shell takes it')
    .action((command: string, flags: AddFlags) => add(context, { kind: 'command', command }, flags));
  withAdding(adding.command('mail').description('Sends mail. The password is asked for.'))
    .requiredOption('--server <host>', 'the SMTP server')
    .addOption(new Option('--port <n>', 'default: as the security has it').argParser(parseCount(1, 65_535)))
    .addOption(new Option('--security <how>', 'of the connection').choices(['tls', 'starttls', 'none']).default('starttls'))
    .option('--user <name>', 'of the mail account')
    .requiredOption('--from <address>')
    .requiredOption('--to <address...>')
    .action((flags: MailFlags) => addMail(context, flags));
  hooks
    .command('test')
    .description('Sends a made-up event now. Ends with 1 when it does not arrive.')
    .argument('<hook>', 'id or name')
    .action((id: string) => test(context, id));
  hooks
    .command('deliveries')
    .description('What was sent, newest first.')
    .argument('<hook>', 'id or name')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(parseCount(1, 500)).default(50))
    .action((id: string, flags: { limit: number }) => deliveries(context, id, flags));
  for (const [verb, text] of [
    ['enable', 'Tells it again, from now on.'],
    ['disable', 'Tells it nothing more until it is enabled.'],
  ] as const) {
    hooks
      .command(verb)
      .description(text)
      .argument('<hook>', 'id or name')
      .action(async (id: string) => {
        const hook = await (await context.client()).call('editHook', { params: { id }, body: { enabled: verb === 'enable' } });
        context.out.document({ hook });
        context.out.line(`${safeText(hook.name)} is ${hook.enabled ? 'on' : 'off'}.`);
      });
  }
  hooks
    .command('remove')
    .description('Removes it, with what waits for it.')
    .argument('<hook>', 'id or name')
    .option('--yes', 'do not ask')
    .action((id: string, flags: { yes?: boolean }) => remove(context, id, flags));
}
