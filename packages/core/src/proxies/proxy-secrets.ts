import type { Redactor } from '../events/events.ts';
import type { Vault } from '../vault/vault.ts';
import { parseProxyAddress, proxyUrl, type ProxyAddress } from './proxy-address.ts';
import type { ProxyRecord } from './proxy-record.ts';

/** No plugin's id holds a slash. */
const PROVIDER = 'core/proxies';
const placeOf = (id: string) => ({ provider: PROVIDER, accountId: id, field: 'url' });

/** URLs with their credentials, sealed for one proxy each. VAULT_LOCKED when the vault is. */
export interface ProxySecrets {
  seal(id: string, address: ProxyAddress): string;
  /** Masked wherever it is written from then on. */
  urlOf(proxy: Pick<ProxyRecord, 'id' | 'secrets'>): string;
  addressOf(proxy: Pick<ProxyRecord, 'id' | 'secrets'>): ProxyAddress;
  /** Sealed with the active data key; undefined when it is already. */
  resealed(proxy: Pick<ProxyRecord, 'id' | 'secrets'>): string | undefined;
}

export function createProxySecrets({ vault, redactor }: { readonly vault: Vault; readonly redactor: Redactor }): ProxySecrets {
  const hide = (address: ProxyAddress): void => {
    if (address.user === '') return;
    if (address.password !== '') redactor.add(address.password);
    redactor.add(proxyUrl(address));
  };
  const addressOf: ProxySecrets['addressOf'] = ({ id, secrets }) => {
    const address = parseProxyAddress(vault.open(secrets.url, placeOf(id)));
    hide(address);
    return address;
  };
  return {
    seal(id, address) {
      hide(address);
      return vault.seal(proxyUrl(address), placeOf(id));
    },
    addressOf,
    urlOf: (proxy) => proxyUrl(addressOf(proxy)),
    resealed: ({ id, secrets }) =>
      vault.needsReseal(secrets.url) ? vault.seal(vault.open(secrets.url, placeOf(id)), placeOf(id)) : undefined,
  };
}
