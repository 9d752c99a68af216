import type { ProxyInfo } from '@muster/api';
import type { ProxyView } from '@muster/core';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { DeepReadonly, Handlers } from './handler.ts';
import { selectionOf } from './selection.ts';

type ProxyOperations =
  | 'listProxies'
  | 'addProxy'
  | 'importProxies'
  | 'checkProxies'
  | 'removeProxies'
  | 'assignProxy'
  | 'getProxySettings'
  | 'configureProxies'
  | 'getProxy'
  | 'editProxy'
  | 'revealProxy'
  | 'proxiesOfAccounts'
  | 'proxyOfAccount';

const MAX_LIST = 20 * 1_024 * 1_024;

const proxyInfo = ({ scheme: _s, host: _h, port: _p, updatedAt: _u, ...shown }: ProxyView): DeepReadonly<ProxyInfo> => shown;

async function textOf(upload: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of upload) {
    size += piece.length;
    if (size > MAX_LIST) throw new MusterError('TOO_LARGE', `A list of proxies has at most ${MAX_LIST} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

export const proxyHandlers = ({ proxies, accounts }: HostCore): Pick<Handlers, ProxyOperations> => ({
  async listProxies({ query: { offset, limit, ...which } }) {
    const all = await proxies.list(which);
    const states = { unchecked: 0, good: 0, dead: 0, disabled: 0 };
    for (const { state } of await proxies.list()) states[state] += 1;
    return { total: all.length, states, proxies: all.slice(offset, offset + limit).map(proxyInfo) };
  },
  addProxy: async ({ body, caller }) => proxyInfo(await proxies.add(body, caller.actor)),
  async *importProxies({ query: { country, dryRun }, upload, caller }) {
    yield* await proxies.import(await textOf(upload), { country, dryRun, actor: caller.actor });
  },
  checkProxies: ({ body, signal }) => proxies.check(body, signal),
  async removeProxies({ body: { ids }, caller }) {
    await proxies.remove(ids, caller.actor);
    return { done: ids.length };
  },
  async assignProxy({ body: { selection, proxy }, caller }) {
    const ids: string[] = [];
    for await (const piece of accounts.ids(selectionOf(selection))) ids.push(...piece);
    if (ids.length > 0) await proxies.assign(ids, proxy, caller.actor);
    return { done: ids.length };
  },
  getProxySettings: () => proxies.settings(),
  configureProxies: ({ body, caller }) => proxies.configure(body, caller.actor),
  getProxy: async ({ params }) => proxyInfo(await proxies.get(params.id)),
  editProxy: async ({ params, body, caller }) => proxyInfo(await proxies.edit(params.id, body, caller.actor)),
  revealProxy: async ({ params, caller }) => ({ url: await proxies.reveal(params.id, caller.actor) }),
  async proxiesOfAccounts({ body }) {
    const found = await Promise.all(body.accounts.map(async (id) => [id, (await proxies.proxyOf(id))?.label] as const));
    return { labels: Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined)) };
  },
  async proxyOfAccount({ params }) {
    const { id } = await accounts.find(params.id);
    const proxy = await proxies.proxyOf(id);
    return { proxy: proxy ? proxyInfo(proxy) : null };
  },
});
