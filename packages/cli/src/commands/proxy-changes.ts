import { MusterError, safeText } from '@muster/sdk';
import { parseDuration, type ProxySettings } from '@muster/api';
import { refuseOrAsk } from '../ask/confirm.ts';
import { askSecret } from '../ask/secret.ts';
import { readStdin } from '../ask/stdin.ts';
import type { Context } from '../context.ts';
import { plural } from '../print/words.ts';
import { neededSelection, resolveIds, type SelectionFlags } from '../run/selection.ts';

export interface AddFlags {
  readonly label?: string;
  readonly country?: string;
}

export interface EditFlags extends AddFlags {
  readonly address?: boolean;
}

/** What others can see in the list of processes must hold no password. */
function refuseCredentials(address: string): void {
  const place = address.replace(/^[a-z0-9+.-]+:\/\//i, '').replace(/^\[[^\]]*\]/, '');
  if (!place.includes('@') && place.split(':').length <= 2) return;
  throw new MusterError(
    'BAD_REQUEST',
    'Credentials on the command line can be seen by others. Leave the address out: it is then asked for, or read from stdin.',
  );
}

const askAddress = async (context: Context): Promise<string> =>
  context.interactive ? askSecret('address, credentials included', process.stdin, process.stderr) : readStdin();

export async function addProxy(context: Context, given: string | undefined, { label, country }: AddFlags): Promise<void> {
  if (given !== undefined) refuseCredentials(given);
  const address = given ?? (await askAddress(context));
  const client = await context.client();
  const body = { address, ...(label === undefined ? {} : { label }), ...(country === undefined ? {} : { country }) };
  const proxy = await client.call('addProxy', { body });
  context.out.document({ proxy });
  context.out.line(`Added ${safeText(proxy.label)} (${proxy.id}).`);
}

export async function editProxy(context: Context, reference: string, { label, country, address }: EditFlags): Promise<void> {
  if (label === undefined && country === undefined && !address) {
    throw new MusterError('BAD_REQUEST', 'Nothing to change: give --label, --country or --address.');
  }
  const client = await context.client();
  const { id } = await client.call('getProxy', { params: { id: reference } });
  const body = {
    ...(label === undefined ? {} : { label }),
    ...(country === undefined ? {} : { country: country === 'none' ? null : country }),
    ...(address ? { address: await askAddress(context) } : {}),
  };
  const proxy = await client.call('editProxy', { params: { id }, body });
  context.out.document({ proxy });
  context.out.line(`Changed ${safeText(proxy.label)}.`);
}

async function idsOf(context: Context, references: readonly string[]): Promise<string[]> {
  const client = await context.client();
  const ids: string[] = [];
  for (const id of references) ids.push((await client.call('getProxy', { params: { id } })).id);
  return [...new Set(ids)];
}

export async function removeProxies(context: Context, references: readonly string[], { yes }: { yes?: boolean }): Promise<void> {
  const ids = await idsOf(context, references);
  const what = plural(ids.length, 'proxy', 'proxies');
  if (!yes) await refuseOrAsk(context, `${what} will be removed; disabling keeps them.`, String(ids.length));
  const client = await context.client();
  const { done } = await client.call('removeProxies', { body: { ids } });
  context.out.document({ done });
  context.out.line(`${plural(done, 'proxy', 'proxies')} removed.`);
}

export async function setEnabled(context: Context, verb: 'enable' | 'disable', references: readonly string[]): Promise<void> {
  const client = await context.client();
  const ids = await idsOf(context, references);
  const proxies = [];
  for (const id of ids) proxies.push(await client.call('editProxy', { params: { id }, body: { enabled: verb === 'enable' } }));
  context.out.document({ proxies });
  for (const { label, state } of proxies) context.out.line(`${safeText(label)} is ${state}.`);
}

export async function assign(context: Context, reference: string, flags: SelectionFlags): Promise<void> {
  const selection = await resolveIds(await context.client(), neededSelection(flags, undefined));
  const client = await context.client();
  const proxy = reference === 'none' ? null : (await client.call('getProxy', { params: { id: reference } })).id;
  const { done } = await client.call('assignProxy', { body: { selection, proxy } });
  context.out.document({ done });
  context.out.line(`${plural(done, 'account')} put on ${proxy === null ? 'no proxy of their own' : safeText(reference)}.`);
}

const NAMES: readonly (keyof ProxySettings)[] = ['echoUrl', 'checkEveryMs', 'checksAtOnce', 'timeoutMs'];

/** `none`, a number, a duration such as `10m`, or the text itself. */
function valueOf(name: keyof ProxySettings, text: string): string | number | null {
  if (text === 'none') return null;
  if (name === 'echoUrl') return text;
  const value = parseDuration(text) ?? Number(text);
  if (!Number.isFinite(value)) throw new MusterError('BAD_REQUEST', `${name}: a number or a duration such as 10m is needed.`);
  return value;
}

export async function settings(context: Context, words: readonly string[]): Promise<void> {
  const client = await context.client();
  const change = words.map((word): [keyof ProxySettings, string | number | null] => {
    const at = word.indexOf('=');
    const name = NAMES.find((each) => each === word.slice(0, at));
    if (!name) throw new MusterError('BAD_REQUEST', `${safeText(word)}: write name=value; the names are ${NAMES.join(', ')}.`);
    return [name, valueOf(name, word.slice(at + 1))];
  });
  const now =
    change.length === 0
      ? await client.call('getProxySettings')
      : await client.call('configureProxies', { body: Object.fromEntries(change) });
  context.out.document({ settings: now });
  for (const name of NAMES) context.out.line(`${name}=${now[name] ?? 'none'}`);
}
