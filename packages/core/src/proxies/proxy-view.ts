import { proxyPlace } from './proxy-address.ts';
import type { ProxyQuery, ProxyView } from './proxies.ts';
import { countryOfProxy, type ProxyRecord } from './proxy-record.ts';
import { p95 } from './timing.ts';

export interface LiveFacts {
  readonly holders: readonly string[];
  readonly accounts: number;
  readonly checking: boolean;
}

/** Field by field: what is not named here, such as the sealed URL, never leaves. */
export const proxyView = (proxy: ProxyRecord, { holders, accounts, checking }: LiveFacts): ProxyView => ({
  id: proxy.id,
  label: proxy.label,
  address: proxyPlace(proxy),
  scheme: proxy.scheme,
  host: proxy.host,
  port: proxy.port,
  hasCredentials: proxy.hasCredentials,
  country: countryOfProxy(proxy),
  declaredCountry: proxy.declaredCountry,
  exitAddress: proxy.exitAddress,
  exitCountry: proxy.exitCountry,
  state: proxy.state,
  latencyMs: proxy.latency.meanMs,
  latencyP95Ms: p95(proxy.latency),
  durationMs: proxy.durations.meanMs,
  durationP95Ms: p95(proxy.durations),
  okCount: proxy.okCount,
  failCount: proxy.failCount,
  consecutiveFailures: proxy.consecutiveFailures,
  lastFailure: proxy.lastFailure,
  lastOkAt: proxy.lastOkAt,
  lastCheckAt: proxy.lastCheckAt,
  nextCheckAt: proxy.nextCheckAt,
  usedAt: proxy.usedAt,
  targets: proxy.targets,
  inUse: holders.length,
  holders,
  accounts,
  checking,
  createdAt: proxy.createdAt,
  updatedAt: proxy.updatedAt,
});

/** Whether a query means this proxy. */
export function isMeant(proxy: ProxyRecord, { ids, state, country, text }: ProxyQuery): boolean {
  if (ids !== undefined && !ids.includes(proxy.id)) return false;
  if (state !== undefined && proxy.state !== state) return false;
  if (country !== undefined && countryOfProxy(proxy) !== country) return false;
  if (text === undefined || text === '') return true;
  const places = [
    proxy.label,
    proxyPlace(proxy),
    proxy.exitAddress ?? '',
    countryOfProxy(proxy) ?? '',
    proxy.lastFailure?.detail ?? '',
  ];
  const wanted = text.toLowerCase();
  return [...places, ...Object.keys(proxy.targets)].some((place) => place.toLowerCase().includes(wanted));
}
