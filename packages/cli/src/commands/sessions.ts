import type { Client, Session, SessionRow, SessionState } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { InvalidArgumentError, type Command } from 'commander';
import type { Context } from '../context.ts';
import type { Style } from '../print/output.ts';
import type { Column } from '../print/table.ts';
import { bytes, duration, moment, plural } from '../print/words.ts';
import { moveSession, type Move } from './session-move.ts';
import { followChallenge, type QrFlags } from './session-qr.ts';

const STYLES: Readonly<Record<SessionState, Style>> = {
  opening: 'cyan',
  'needs-operator': 'yellow',
  ready: 'green',
  lost: 'red',
  closed: 'dim',
};

type Input = Readonly<Record<string, unknown>>;

const since = (at: number | undefined): string => (at === undefined ? '' : `${duration(Math.max(0, Date.now() - at))} ago`);

const COLUMNS: readonly Column<SessionRow>[] = [
  { title: 'ID', value: ({ account }) => account, spare: 6 },
  { title: 'SESSION', value: ({ label }) => label, flexible: true },
  { title: 'PLUGIN', value: ({ plugin }) => plugin, spare: 4 },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'STATUS', value: ({ state, status }) => (status === state ? null : status), spare: 3 },
  { title: 'SINCE', value: (row) => duration(Math.max(0, Date.now() - row.since)), align: 'right' },
  {
    title: 'MEMORY',
    value: ({ figures }) => (figures.memoryBytes === undefined ? '' : bytes(figures.memoryBytes)),
    align: 'right',
  },
  {
    title: 'CPU',
    value: ({ figures }) => (figures.cpuPercent === undefined ? '' : `${figures.cpuPercent.toFixed(1)} %`),
    align: 'right',
  },
  { title: 'ACTIVE', value: ({ figures }) => since(figures.lastActivityAt), align: 'right', spare: 2 },
  { title: 'QUEUE', value: ({ figures }) => figures.queued ?? '', align: 'right', spare: 1 },
  { title: 'RECONNECTS', value: ({ figures }) => figures.reconnects ?? '', align: 'right', spare: 5 },
  { title: 'WHY', value: ({ why }) => why, flexible: true },
];

async function list(context: Context, { plugin, all }: { readonly plugin?: string; readonly all?: boolean }): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const { sessions, limits, usage } = await client.call('listSessions', { query: { ...(plugin && { plugin }) } }, signal);
  const rows = all ? sessions : sessions.filter(({ open }) => open);
  out.document({ sessions: rows, limits, usage });
  out.table(COLUMNS, rows);
  const closed = sessions.length - rows.length;
  const hidden = closed === 0 ? '' : ` ${plural(closed, 'closed one')}: --all shows them.`;
  if (rows.length === 0) out.note(`No session is open; \`muster sessions open <account>\` opens one.${hidden}`);
  else {
    const room = `${usage.open} of at most ${limits.max} open, ${bytes(usage.memoryBytes)} of ${bytes(limits.memoryBytes)} expected or measured.`;
    out.note(`${room}${usage.near ? ' A limit is close: sessions in config.json.' : ''}${hidden}`);
  }
}

async function show(context: Context, account: string): Promise<void> {
  const { out } = context;
  const client = await context.client();
  const session = await client.call('getSession', { params: { account } });
  out.document({ session });
  describe(context, session);
}

function describe({ out }: Context, session: Session): void {
  const { figures, history } = session;
  const facts: readonly (readonly [string, string])[] = [
    ['session', safeText(session.label)],
    ['account', `${session.account} (${session.plugin})`],
    [
      'state',
      out.paint(STYLES[session.state], session.state) +
        (session.status === null || session.status === session.state ? '' : ` (${safeText(session.status)})`),
    ],
    ['why', safeText(session.why ?? '')],
    ['since', moment(session.since)],
    ['opened', session.openedBy === '' ? '' : `${moment(session.openedAt)} by ${safeText(session.openedBy)}`],
    ['opens again', session.reopensAt === null ? '' : `in ${duration(Math.max(0, session.reopensAt - Date.now()))}`],
    [
      'scan queue',
      session.turn === null
        ? ''
        : session.turn === 0
          ? 'its turn'
          : plural(session.turn, 'session is', 'sessions are') + ' before it',
    ],
    ['memory', figures.memoryBytes === undefined ? '' : bytes(figures.memoryBytes)],
    ['CPU', figures.cpuPercent === undefined ? '' : `${figures.cpuPercent.toFixed(1)} % of a core`],
    ['last activity', since(figures.lastActivityAt)],
    ['queue', figures.queued === undefined ? '' : String(figures.queued)],
    ['reconnects', String(figures.reconnects ?? 0)],
    ['remedies', figures.remedies === undefined ? '' : String(figures.remedies)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  for (const [name, value] of facts) if (value !== '') out.entry(name.padEnd(width), value, width);
  if (history.length > 0) out.line('');
  for (const step of history) {
    const why = step.why === null ? '' : `  ${safeText(step.why)}`;
    const status = step.status === null || step.status === step.state ? '' : ` (${safeText(step.status)})`;
    out.line(`${moment(step.at)}  ${out.paint(STYLES[step.state], step.state)}${status}${why}`);
  }
}

/** `key=value`: JSON where it is JSON, else text. */
function inputOf(pairs: readonly string[]): Input {
  const input: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([\w-]+)=(.*)$/s.exec(pair) ?? [];
    if (name === '') throw new InvalidArgumentError(`"${pair}" is not name=value.`);
    try {
      input[name] = JSON.parse(value);
    } catch {
      input[name] = value;
    }
  }
  return input;
}

interface OpenFlags {
  readonly input?: readonly string[];
}

async function openAll(context: Context, accounts: readonly string[], { input = [] }: OpenFlags): Promise<void> {
  const client = await context.client();
  const given = inputOf(input);
  await each(context, accounts, async (account) => {
    const session = await client.call('openSession', { params: { account }, body: { input: given } });
    context.out.document({ session });
    context.out.line(`Opening ${safeText(session.label)}. \`muster sessions show\` tells how it goes; it comes back by itself.`);
  });
}

async function closeAll(context: Context, accounts: readonly string[], { all }: { readonly all?: boolean }): Promise<void> {
  const client = await context.client();
  if (all === accounts.length > 0) throw new MusterError('BAD_REQUEST', 'Name the sessions to close, or say --all.');
  const open = all ? (await client.call('listSessions', { query: {} })).sessions.filter((row) => row.open) : [];
  const chosen = all ? open.map(({ account }) => account) : accounts;
  if (chosen.length === 0) context.out.note('No session is open.');
  await each(context, chosen, async (account) => {
    const session = await client.call('closeSession', { params: { account } });
    context.out.document({ session });
    context.out.line(`Closed ${safeText(session.label)}; it stays closed.`);
  });
}

const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(JSON.stringify(thrown)));

/** All at once: one that fails keeps none of the others back. The first error is thrown at the end, the others are told. */
async function each(context: Context, accounts: readonly string[], work: (account: string) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled([...new Set(accounts)].map(work));
  const [first, ...others] = results.flatMap((result) => (result.status === 'rejected' ? [errorOf(result.reason)] : []));
  for (const thrown of others) context.out.warn(`muster: ${safeText(thrown.message)}`);
  if (first) throw first;
}

/** Open with this way to log in, if it is not open or waits; what is open and logged in already is left alone. */
async function beginLink(client: Client, account: string, link: 'qr' | 'code'): Promise<Session> {
  const { sessions } = await client.call('listSessions', { query: {} });
  const known = sessions.find((row) => row.account === account || row.label === account);
  if (known?.open && !known.parked) {
    const fits = known.challenge === null ? known.state === 'opening' && link === 'qr' : known.challenge.kind === link;
    if (known.state === 'ready' || fits) return client.call('getSession', { params: { account: known.account } });
    if (known.state === 'needs-operator') await client.call('closeSession', { params: { account: known.account } });
    else return client.call('getSession', { params: { account: known.account } });
  }
  return client.call('openSession', { params: { account }, body: { input: { link } } });
}

async function link(context: Context, account: string, flags: QrFlags & { readonly link: 'qr' | 'code' }): Promise<void> {
  const { out } = context;
  const client = await context.client();
  const session = await beginLink(client, account, flags.link);
  if (session.state === 'ready') {
    out.document({ account: session.account, state: session.state, status: session.status });
    return out.line(`${safeText(session.label)} is ready already; nothing is to be scanned.`);
  }
  return followChallenge(context, { client, account: session.account, label: session.label }, flags);
}

export function register(program: Command, context: Context): void {
  const sessions = program.command('sessions').description('Live connections of accounts, such as linked phones.');
  sessions
    .command('list', { isDefault: true })
    .description('What is open, with state, memory and load.')
    .option('--plugin <plugin>', 'only of this plugin')
    .option('--all', 'closed ones too')
    .action((flags: { readonly plugin?: string; readonly all?: boolean }) => list(context, flags));
  sessions
    .command('show')
    .description('One session with its history.')
    .argument('<account>', 'label or id')
    .action((account: string) => show(context, account));
  sessions
    .command('open')
    .description('Opens sessions; they come back by themselves until they are closed.')
    .argument('<account...>', 'labels or ids')
    .option('--input <name=value...>', 'what the plugin takes')
    .action((accounts: string[], flags: OpenFlags) => openAll(context, accounts, flags));
  sessions
    .command('close')
    .description('Closes sessions cleanly: the next start needs no scan.')
    .argument('[account...]', 'labels or ids')
    .option('--all', 'every session')
    .action((accounts: string[], { all = false }: { readonly all?: boolean }) => closeAll(context, accounts, { all }));
  const asking = (name: string, way: 'qr' | 'code', description: string): void => {
    const command = sessions
      .command(name)
      .description(description)
      .argument('<account>', 'label or id')
      .option('--text', 'print the text, and draw nothing')
      .option('--no-wait', 'end after the first');
    if (way === 'qr') command.option('--png <file>', 'keep the picture that counts in this file');
    command.action((account: string, flags: QrFlags) => link(context, account, { ...flags, link: way }));
  };
  asking('qr', 'qr', 'Draws the QR code of a session, each time anew, until it is scanned; opens it first.');
  asking('pair', 'code', 'The same with a code to type on the phone, where the service has one.');
  const moving = (way: Move['way'], description: string): Command =>
    sessions.command(way).description(description).argument('<account>', 'label or id').argument('<file>');
  moving(
    'export',
    'Writes the login of a closed session into a file, sealed with a passphrase that is asked for or read from stdin.',
  ).action((account: string, file: string) => moveSession(context, { way: 'export', account, file }));
  moving('import', 'Takes the login of such a file; the session then opens without a scan.')
    .option('--replace', 'in the place of the login that is there')
    .action((account: string, file: string, { replace = false }: { readonly replace?: boolean }) =>
      moveSession(context, { way: 'import', account, file, replace }),
    );
}
