import { MusterError, safeText } from '@muster/sdk';
import { countryOf } from './country.ts';
import { proxyPlace, type ProxyAddress } from './proxy-address.ts';
import type { ProxyRecord } from './proxy-record.ts';
import type { ProxySecrets } from './proxy-secrets.ts';
import { NO_TIMING } from './timing.ts';

const MAX_LABEL = 100;

/** BAD_INPUT for what is no country. */
export function checkedCountry(text: string): string {
  const country = countryOf(text);
  if (country !== undefined) return country;
  throw new MusterError('BAD_INPUT', `country: "${safeText(text, 40)}" is none; write two letters, such as DZ or ES.`);
}

/** BAD_INPUT for a name that cannot be shown. */
export function checkedLabel(text: string): string {
  const label = safeText(text.trim(), MAX_LABEL);
  if (label === '') throw new MusterError('BAD_INPUT', 'label: it needs at least one character.');
  return label;
}

export interface ProxyDraft {
  readonly id: string;
  readonly address: ProxyAddress;
  readonly label: string | undefined;
  readonly country: string | null;
  readonly now: number;
}

/** What an address says, as it is kept. */
export const addressFields = (
  secrets: ProxySecrets,
  { id, address }: Pick<ProxyDraft, 'id' | 'address'>,
): Pick<ProxyRecord, 'scheme' | 'host' | 'port' | 'secrets' | 'hasCredentials'> => ({
  scheme: address.scheme,
  host: address.host,
  port: address.port,
  secrets: { url: secrets.seal(id, address) },
  hasCredentials: address.user !== '',
});

/** Without a name it is called after its place. */
export const defaultLabel = (address: ProxyAddress): string => proxyPlace(address).replace(/^http:\/\//, '');

export const newProxy = (secrets: ProxySecrets, draft: ProxyDraft): ProxyRecord => ({
  id: draft.id,
  label: draft.label ?? defaultLabel(draft.address),
  ...addressFields(secrets, draft),
  declaredCountry: draft.country,
  exitAddress: null,
  exitCountry: null,
  state: 'unchecked',
  latency: NO_TIMING,
  durations: NO_TIMING,
  okCount: 0,
  failCount: 0,
  consecutiveFailures: 0,
  lastFailure: null,
  lastOkAt: null,
  lastCheckAt: null,
  nextCheckAt: null,
  usedAt: 0,
  targets: {},
  createdAt: draft.now,
  updatedAt: draft.now,
});
