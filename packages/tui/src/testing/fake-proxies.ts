import { ApiError, type ProxyInfo, type ProxySettings } from '@muster/api';

/** The ways out of a fake host. */
export interface FakeProxies {
  proxies: ProxyInfo[];
  proxySettings: ProxySettings;
  /** Labels of proxies by id of the account. */
  proxiesOfAccounts: Record<string, string>;
}

interface Args {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

export const fakeProxy = (label: string, change: Partial<ProxyInfo> = {}): ProxyInfo => ({
  id: `id-${label}`,
  label,
  address: 'http://192.0.2.1:3128',
  hasCredentials: true,
  country: 'DZ',
  declaredCountry: 'DZ',
  exitAddress: '192.0.2.1',
  exitCountry: 'DZ',
  state: 'good',
  latencyMs: 131,
  latencyP95Ms: 240,
  durationMs: null,
  durationP95Ms: null,
  okCount: 12,
  failCount: 1,
  consecutiveFailures: 0,
  lastFailure: null,
  lastOkAt: 1_000,
  lastCheckAt: 1_000,
  nextCheckAt: null,
  usedAt: 0,
  inUse: 0,
  holders: [],
  accounts: 3,
  checking: false,
  targets: {},
  createdAt: 0,
  ...change,
});

const proxyOf = ({ proxies }: FakeProxies, { params }: Args): ProxyInfo => {
  const proxy = proxies.find(({ id }) => id === params?.['id']);
  if (!proxy) throw new ApiError('NOT_FOUND', `There is no proxy ${String(params?.['id'])}.`);
  return proxy;
};

export const PROXY_ANSWERS = {
  listProxies: (host: FakeProxies, { query }: Args) => {
    const found = host.proxies.filter(({ state }) => query?.['state'] === undefined || state === query['state']);
    const states = { good: 0, dead: 0, unchecked: 0, disabled: 0 };
    for (const { state } of host.proxies) states[state] += 1;
    return { total: found.length, states, proxies: found };
  },
  getProxySettings: (host: FakeProxies) => host.proxySettings,
  configureProxies: (host: FakeProxies, { body }: Args) => (host.proxySettings = { ...host.proxySettings, ...body }),
  getProxy: proxyOf,
  addProxy: (host: FakeProxies, { body }: Args) => {
    const label = body?.['label'];
    const proxy = fakeProxy(typeof label === 'string' ? label : 'new', { state: 'unchecked' });
    host.proxies = [...host.proxies, proxy];
    return proxy;
  },
  editProxy: (host: FakeProxies, args: Args) => {
    const { enabled, label } = args.body ?? {};
    const before = proxyOf(host, args);
    const state = enabled === undefined ? before.state : enabled === true ? 'unchecked' : 'disabled';
    const after = { ...before, state, ...(typeof label === 'string' ? { label } : {}) } satisfies ProxyInfo;
    host.proxies = host.proxies.map((each) => (each.id === after.id ? after : each));
    return after;
  },
  removeProxies: (host: FakeProxies, { body }: Args) => {
    const ids = (body?.['ids'] ?? []) as readonly string[];
    host.proxies = host.proxies.filter(({ id }) => !ids.includes(id));
    return { done: ids.length };
  },
  proxiesOfAccounts: (host: FakeProxies, { body }: Args) => {
    const asked = (body?.['accounts'] ?? []) as readonly string[];
    return { labels: Object.fromEntries(Object.entries(host.proxiesOfAccounts).filter(([id]) => asked.includes(id))) };
  },
  revealProxy: () => ({ url: 'http://anna:hunter2@192.0.2.1:3128' }),
  assignProxy: (_: FakeProxies, { body }: Args) => {
    const selection = (body?.['selection'] ?? {}) as { readonly ids?: readonly string[] };
    return { done: selection.ids?.length ?? 0 };
  },
};

export const fakeChecks = function* ({ proxies }: FakeProxies): Generator {
  for (const { id, label, state } of proxies) {
    const ok = state !== 'dead';
    yield { id, label, ok, kind: ok ? null : 'timeout', detail: '', latencyMs: 1, exitAddress: null, exitCountry: null };
  }
};
