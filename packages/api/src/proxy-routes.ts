import { z } from 'zod';
import * as p from './proxy-schemas.ts';
import type { RouteDefinition } from './route-definition.ts';
import { Selection } from './schemas.ts';

const Id = z.object({ id: z.string().min(1).max(200) });
const Which = {
  state: p.ProxyState.optional(),
  country: z.string().max(60).optional().describe('DZ, or a name'),
  text: z.string().max(200).optional().describe('In the label, address, exit, a target, or the last failure'),
};
const Address = z.string().min(1).max(4_000);
const Country = z.string().max(60);

export const PROXY_ROUTES = {
  listProxies: {
    summary: 'Proxies, by label',
    scope: 'read',
    query: z.object({
      ...Which,
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: z.object({
      total: z.int(),
      states: z.record(p.ProxyState, z.int()).describe('Of all proxies'),
      proxies: z.array(p.ProxyInfo),
    }),
  },
  addProxy: {
    summary: 'Add one proxy',
    scope: 'operate',
    body: z.object({
      address: Address.describe('host:port, host:port:user:pass, user:pass@host:port or scheme://…; kept sealed'),
      label: z.string().max(200).optional(),
      country: Country.optional(),
    }),
    response: p.ProxyInfo,
  },
  importProxies: {
    summary: 'Load a list of proxies (the request body): one a line, or CSV',
    scope: 'operate',
    query: z.object({
      country: Country.optional().describe('Of lines that name none'),
      dryRun: z.stringbool().default(false),
    }),
    response: p.ProxyImportLine,
    stream: 'upload',
  },
  checkProxies: {
    summary: 'Check proxies now; each is told as soon as it is known',
    scope: 'operate',
    body: z.object({ ids: z.array(z.string()).max(100_000).optional(), ...Which }).describe('Nothing: all of them'),
    response: p.ProxyCheck,
    stream: 'ndjson',
  },
  removeProxies: {
    summary: 'Remove proxies',
    scope: 'operate',
    body: z.object({ ids: z.array(z.string()).min(1).max(100_000) }),
    response: z.object({ done: z.int() }),
  },
  assignProxy: {
    summary: 'Let accounts come back to this proxy; null: to none',
    scope: 'operate',
    body: z.object({ selection: Selection, proxy: z.string().nullable() }),
    response: z.object({ done: z.int() }),
  },
  getProxySettings: { summary: 'How proxies are checked', scope: 'read', response: p.ProxySettings },
  configureProxies: {
    summary: 'Change how proxies are checked',
    scope: 'admin',
    body: z.object({
      echoUrl: z.string().max(2_000).nullable().optional(),
      checkEveryMs: z.int().nullable().optional(),
      checksAtOnce: z.int().optional(),
      timeoutMs: z.int().optional(),
    }),
    response: p.ProxySettings,
  },
  getProxy: { summary: 'One proxy, by id or unambiguous label', scope: 'read', params: Id, response: p.ProxyInfo },
  editProxy: {
    summary: 'Change a proxy',
    scope: 'operate',
    params: Id,
    body: z.object({
      address: Address.optional(),
      label: z.string().max(200).optional(),
      country: Country.nullable().optional(),
      enabled: z.boolean().optional(),
    }),
    response: p.ProxyInfo,
  },
  revealProxy: {
    summary: 'Show the whole URL, credentials included; audited',
    scope: 'secrets',
    params: Id,
    response: z.object({ url: z.string() }),
  },
  proxiesOfAccounts: {
    summary: 'The labels of the proxies that accounts come back to; those without one are left out',
    scope: 'read',
    body: z.object({ accounts: z.array(z.string().max(200)).max(1_000) }),
    response: z.object({ labels: z.record(z.string(), z.string()).describe('By id of the account') }),
  },
  proxyOfAccount: {
    summary: 'The proxy that an account comes back to',
    scope: 'read',
    params: Id,
    response: z.object({ proxy: p.ProxyInfo.nullable() }),
  },
} as const satisfies Record<string, RouteDefinition>;
