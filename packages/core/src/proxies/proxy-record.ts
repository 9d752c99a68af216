import type { CollectionDefinition } from '../ports/store.ts';
import type { ProxyScheme } from './proxy-address.ts';
import type { Timing } from './timing.ts';

const PROXY_STATES = ['unchecked', 'good', 'dead', 'disabled'] as const;
/** `dead` until `nextCheckAt`, then `unchecked` again; `disabled` by the operator. */
export type ProxyState = (typeof PROXY_STATES)[number];

/** What was wrong with the way out itself. `reported`: a task said so, in its own words. */
const FAULT_KINDS = ['auth', 'refused', 'timeout', 'upstream', 'not-a-proxy', 'reported'] as const;
export type ProxyFaultKind = (typeof FAULT_KINDS)[number];

export interface ProxyFailure {
  readonly kind: ProxyFaultKind;
  readonly at: number;
  readonly detail: string;
}

/** What one target made of it. */
export interface TargetFigures {
  readonly ok: number;
  readonly refused: number;
  readonly lastStatus: number | null;
  readonly lastRefusedAt: number | null;
  readonly usedAt: number;
}

/** A way out as it is stored. Times are milliseconds since the epoch. */
export interface ProxyRecord {
  readonly id: string;
  readonly label: string;
  readonly scheme: ProxyScheme;
  readonly host: string;
  readonly port: number;
  /** The whole URL with its credentials, sealed. */
  readonly secrets: { readonly url: string };
  readonly hasCredentials: boolean;
  /** What the operator said, ISO 3166-1 alpha-2. */
  readonly declaredCountry: string | null;
  /** What the echo saw. */
  readonly exitAddress: string | null;
  readonly exitCountry: string | null;
  readonly state: ProxyState;
  /** Of checks. */
  readonly latency: Timing;
  /** Of what tasks did through it. */
  readonly durations: Timing;
  readonly okCount: number;
  readonly failCount: number;
  readonly consecutiveFailures: number;
  readonly lastFailure: ProxyFailure | null;
  readonly lastOkAt: number | null;
  readonly lastCheckAt: number | null;
  /** Dead: until then. Otherwise when a periodic check is due; null when none is. */
  readonly nextCheckAt: number | null;
  readonly usedAt: number;
  /** By host; the most recently used ones. */
  readonly targets: Readonly<Record<string, TargetFigures>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Where its exit is: as measured, else as declared. */
export const countryOfProxy = ({ exitCountry, declaredCountry }: ProxyRecord): string | null => exitCountry ?? declaredCountry;

/** The proxy that an account had last. The id is the account's. */
export interface StickyRecord {
  readonly id: string;
  readonly proxy: string;
}

export const PROXIES: CollectionDefinition = { name: 'proxies', indexes: {} };
export const STICKY: CollectionDefinition = {
  name: 'proxy-accounts',
  indexes: { proxy: { partition: ['proxy'], order: ['id'] } },
  tallies: [['proxy']],
};
