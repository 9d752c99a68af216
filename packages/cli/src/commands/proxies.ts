import { createReadStream } from 'node:fs';
import type { Client, ProxyCheck, ProxyInfo, ProxyState } from '@muster/api';
import { safeText } from '@muster/sdk';
import { Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import { exitOfImport } from '../exit-codes.ts';
import type { Column } from '../print/table.ts';
import { duration, moment, plural } from '../print/words.ts';
import { withSelection, type SelectionFlags } from '../run/selection.ts';
import { parseLimit, readWindow } from '../run/windows.ts';
import {
  addProxy,
  assign,
  editProxy,
  removeProxies,
  setEnabled,
  settings,
  type AddFlags,
  type EditFlags,
} from './proxy-changes.ts';

const STATES: readonly ProxyState[] = ['unchecked', 'good', 'dead', 'disabled'];

interface WhichFlags {
  readonly state?: ProxyState;
  readonly country?: string;
  readonly search?: string;
}

interface ListFlags extends WhichFlags {
  readonly limit: number;
  readonly showSecrets?: boolean;
}

type Row = ProxyInfo & { readonly url?: string };

const milliseconds = (ms: number | null): string => (ms === null ? '' : `${Math.round(ms)} ms`);

/** What is worth knowing of its health: how long it rests, or what was wrong last. */
function healthOf({ state, nextCheckAt, lastFailure }: ProxyInfo): string {
  if (state !== 'dead' || lastFailure === null) return '';
  const left = Math.max(0, (nextCheckAt ?? 0) - Date.now());
  return `${lastFailure.detail} (again in ${duration(left)})`;
}

const refusals = ({ targets }: ProxyInfo): string =>
  Object.entries(targets)
    .filter(([, { refused }]) => refused > 0)
    .map(([host, { refused, lastStatus }]) => `${host} ${refused}× ${lastStatus ?? ''}`.trim())
    .join(', ');

const COLUMNS: readonly Column<Row>[] = [
  { title: 'ID', value: ({ id }) => id, spare: 4 },
  { title: 'STATE', value: ({ state, checking }) => (checking ? `${state}…` : state) },
  { title: 'PROXY', value: ({ label }) => label, flexible: true },
  { title: 'COUNTRY', value: ({ country }) => country },
  { title: 'EXIT', value: ({ exitAddress }) => exitAddress, spare: 3 },
  { title: 'LATENCY', value: ({ latencyMs }) => milliseconds(latencyMs), align: 'right' },
  { title: 'USE', value: ({ inUse }) => inUse, align: 'right' },
  { title: 'OK', value: ({ okCount }) => okCount, align: 'right', spare: 2 },
  { title: 'FAILED', value: ({ failCount }) => failCount, align: 'right', spare: 2 },
  { title: 'REFUSED BY', value: refusals, spare: 5 },
  { title: 'WHY', value: healthOf, flexible: true, spare: 1 },
];
const WITH_URL: Column<Row> = { title: 'URL', value: ({ url }) => url ?? '', flexible: true };

const whichOf = ({ state, country, search }: WhichFlags) => ({
  ...(state === undefined ? {} : { state }),
  ...(country === undefined ? {} : { country }),
  ...(search === undefined ? {} : { text: search }),
});

async function withSecrets(client: Client, rows: readonly ProxyInfo[]): Promise<Row[]> {
  const shown: Row[] = [];
  for (const row of rows) {
    const { url } = await client.call('revealProxy', { params: { id: row.id } });
    shown.push({ ...row, url });
  }
  return shown;
}

async function list(context: Context, { limit, showSecrets, ...flags }: ListFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const { total, rows } = await readWindow(
    async (page) => {
      const answer = await client.call('listProxies', { query: { ...whichOf(flags), ...page } }, signal);
      return { total: answer.total, rows: answer.proxies };
    },
    { limit, signal },
  );
  const shown = showSecrets ? await withSecrets(client, rows) : rows;
  out.document({ total, proxies: shown });
  out.table(showSecrets ? [...COLUMNS, WITH_URL] : COLUMNS, shown);
  if (total === 0) out.note('No proxy. `muster proxies add` asks for one, `muster proxies import FILE` takes a list.');
  else if (rows.length < total) out.note(`${rows.length} of ${plural(total, 'proxy', 'proxies')}; --limit shows more.`);
}

async function show(context: Context, reference: string, { showSecrets }: { readonly showSecrets?: boolean }): Promise<void> {
  const { out } = context;
  const client = await context.client();
  const proxy = await client.call('getProxy', { params: { id: reference } });
  const rows: readonly Row[] = showSecrets ? await withSecrets(client, [proxy]) : [proxy];
  const row: Row = rows[0] ?? proxy;
  out.document({ proxy: row });
  const failure = row.lastFailure;
  const facts: readonly (readonly [string, string])[] = [
    ['id', row.id],
    ['label', row.label],
    ['address', `${row.address}${row.hasCredentials ? ', with credentials' : ''}`],
    ['url', row.url ?? ''],
    ['state', `${row.state}${row.state === 'dead' ? `: ${healthOf(row)}` : ''}`],
    ['country', `${row.country ?? 'not known'}${row.declaredCountry === null ? '' : ` (declared ${row.declaredCountry})`}`],
    ['exit', row.exitAddress ?? 'not known'],
    [
      'latency',
      row.latencyMs === null ? 'not measured' : `${milliseconds(row.latencyMs)}, p95 ${milliseconds(row.latencyP95Ms)}`,
    ],
    ['tasks took', row.durationMs === null ? '' : `${milliseconds(row.durationMs)}, p95 ${milliseconds(row.durationP95Ms)}`],
    ['in use', `${row.inUse}${row.holders.length === 0 ? '' : ` (${row.holders.join(', ')})`}`],
    ['accounts', String(row.accounts)],
    ['worked', `${row.okCount} times, failed ${row.failCount}, ${row.consecutiveFailures} in a row`],
    ['last failure', failure === null ? '' : `${moment(failure.at)} ${failure.kind}: ${failure.detail}`],
    ['last check', moment(row.lastCheckAt)],
    ...Object.entries(row.targets).map(
      ([host, { ok, refused, lastStatus }]) =>
        [host, `${ok} ok, ${refused} refused${lastStatus === null ? '' : ` (last ${lastStatus})`}`] as const,
    ),
  ];
  const width = Math.max(...facts.map(([name]) => safeText(name).length));
  for (const [name, text] of facts) if (text !== '') out.entry(safeText(name).padEnd(width), safeText(text, 2_000), width);
}

interface ImportFlags {
  readonly country?: string;
  readonly dryRun?: boolean;
  readonly check?: boolean;
}

async function importFile(context: Context, path: string, { country, dryRun, check }: ImportFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const bytes = path === '-' ? process.stdin : createReadStream(path, { signal });
  const query = { ...(country === undefined ? {} : { country }), dryRun: String(dryRun === true) };
  const counts = { added: 0, known: 0, rejected: 0 };
  const ids: string[] = [];
  for await (const line of client.stream('importProxies', { query }, { signal, upload: bytes })) {
    counts[line.outcome] += 1;
    if (line.outcome === 'added' && line.id !== undefined) ids.push(line.id);
    out.document(line);
    if (line.outcome === 'rejected') out.line(`line ${line.line}: ${safeText(line.text, 500)}`);
  }
  const [added, known, rejected] = [counts.added, counts.known, counts.rejected].map((count) => count.toLocaleString('en'));
  out.line(`${added} ${dryRun ? 'would be added' : 'added'}, ${known} known already, ${rejected} refused.`);
  const taken = counts.added + counts.known > 0;
  context.exit(exitOfImport({ taken, refused: counts.rejected > 0, dryRun: dryRun === true }));
  if (check && ids.length > 0) await checkThese(context, { ids });
}

async function checkThese(context: Context, body: { readonly ids?: string[] } & ReturnType<typeof whichOf>): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const results: ProxyCheck[] = [];
  for await (const result of client.stream('checkProxies', { body }, { signal })) {
    results.push(result);
    out.document(result);
    const word = result.ok ? out.paint('green', 'ok'.padEnd(11)) : out.paint('red', (result.kind ?? 'failed').padEnd(11));
    const where = [result.exitAddress, result.exitCountry].filter((each) => each !== null).join(' ');
    out.line(
      `${word}  ${milliseconds(result.latencyMs).padStart(8)}  ${safeText(result.label)}  ${safeText(where || result.detail, 300)}`,
    );
  }
  const good = results.filter(({ ok }) => ok).length;
  out.note(`muster: ${good} of ${plural(results.length, 'proxy', 'proxies')} work.`);
  if (good < results.length) context.exit(1);
}

async function check(context: Context, references: readonly string[], flags: WhichFlags): Promise<void> {
  const client = await context.client();
  const ids: string[] = [];
  for (const id of references) ids.push((await client.call('getProxy', { params: { id } })).id);
  await checkThese(context, { ...(ids.length === 0 ? {} : { ids }), ...whichOf(flags) });
}

const withWhich = (command: Command): Command =>
  command
    .addOption(new Option('--state <state>', 'in this state').choices(STATES))
    .option('--country <country>', 'that come out there: DZ, ES, or a name')
    .option('--search <text>', 'with this in the label, address, exit, a target or the last failure');

export function register(program: Command, context: Context): void {
  const proxies = program.command('proxies').description('Ways out to the network that tasks lease.');
  withWhich(proxies.command('list').description('Proxies by label, with health and use.'))
    .addOption(new Option('--limit <n>', 'at most so many, or "all"').argParser(parseLimit).default(100))
    .option('--show-secrets', 'with credentials; each is audited')
    .action((flags: ListFlags) => list(context, flags));
  proxies
    .command('show')
    .description('One proxy, with what each target made of it.')
    .argument('<proxy>', 'id or label')
    .option('--show-secrets', 'with credentials; audited')
    .action((reference: string, flags: { showSecrets?: boolean }) => show(context, reference, flags));
  proxies
    .command('add')
    .description('Adds one. With credentials its address is asked for, or read from stdin.')
    .argument('[address]', 'host:port or scheme://host:port, without credentials')
    .option('--label <text>', 'what to call it')
    .option('--country <country>', 'where it comes out')
    .action((address: string | undefined, flags: AddFlags) => addProxy(context, address, flags));
  proxies
    .command('import')
    .description('Takes a list: one a line in any of the usual spellings, or CSV.')
    .argument('<file>', 'or - for stdin')
    .option('--country <country>', 'of those that name none')
    .option('--dry-run', 'say what would be added')
    .option('--check', 'check what was added')
    .action((path: string, flags: ImportFlags) => importFile(context, path, flags));
  withWhich(proxies.command('check').description('Checks now: reachable, latency, exit. Ends with 1 when one does not work.'))
    .argument('[proxy...]', 'ids or labels; none: all')
    .action((references: string[], flags: WhichFlags) => check(context, references, flags));
  proxies
    .command('edit')
    .description('Changes one.')
    .argument('<proxy>', 'id or label')
    .option('--label <text>', 'call it so')
    .option('--country <country>', 'where it comes out; "none": not known')
    .option('--address', 'ask for a new address, or read it from stdin')
    .action((reference: string, flags: EditFlags) => editProxy(context, reference, flags));
  proxies
    .command('remove')
    .description('Removes proxies with their credentials.')
    .argument('<proxy...>', 'ids or labels')
    .option('--yes', 'do not ask')
    .action((references: string[], flags: { yes?: boolean }) => removeProxies(context, references, flags));
  for (const [verb, text] of [
    ['enable', 'Lets tasks lease them again.'],
    ['disable', 'Keeps them, and leases them to nobody.'],
  ] as const) {
    proxies
      .command(verb)
      .description(text)
      .argument('<proxy...>', 'ids or labels')
      .action((references: string[]) => setEnabled(context, verb, references));
  }
  withSelection(proxies.command('assign').description('Lets accounts come back to this proxy; "none" takes theirs away.'))
    .argument('<proxy>', 'id, label or none')
    .action((reference: string, flags: SelectionFlags) => assign(context, reference, flags));
  proxies
    .command('settings')
    .description('Shows or changes how they are checked: echoUrl, checkEveryMs, checksAtOnce, timeoutMs.')
    .argument('[name=value...]', '"none" for nothing')
    .action((words: string[]) => settings(context, words));
}
