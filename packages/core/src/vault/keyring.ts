import type { KeyObject } from 'node:crypto';
import { MusterError } from '@muster/sdk';
import type { Clock, Random } from '../ports/clock.ts';
import type { DataKey, Header, StoredHeader } from './vault-file.ts';
import { dataKeyContext, verifyHeader } from './vault-file.ts';
import { KEY_BYTES, keyIdOf, takeKey, unwrapKey, wrapKey } from './wrapped-key.ts';
import type { Aead } from './xaes-gcm.ts';
import { createXaes } from './xaes-gcm.ts';

/** The keys of an open vault. */
export interface Keyring {
  readonly root: KeyObject;
  /** By key id. */
  readonly data: ReadonlyMap<string, Aead>;
}

interface Tools {
  readonly random: Random;
  readonly clock: Clock;
}

const newKey = (random: Random): KeyObject => takeKey(Buffer.from(random.bytes(KEY_BYTES)));

/** The header with one data key more, which is the active one. */
export const withNewDataKey = (header: Header, root: KeyObject, { random, clock }: Tools): Header => {
  const key = newKey(random);
  const kid = keyIdOf(key);
  const wrapped = wrapKey(key, { with: root, context: dataKeyContext(header.vaultId, kid) }, random);
  const added: DataKey = { kid, createdAt: clock.now(), wrapped };
  return { ...header, keys: [...header.keys, added], active: kid };
};

/** A new vault, as yet without a slot. */
export const newVault = (tools: Tools): { readonly header: Header; readonly root: KeyObject } => {
  const root = newKey(tools.random);
  const empty: Header = { v: 1, vaultId: tools.random.id(), slots: [], keys: [], active: '' };
  return { header: withNewDataKey(empty, root, tools), root };
};

/** The data keys of a header under its root key. VAULT_TAMPERED. */
export const openKeyring = (header: StoredHeader, root: KeyObject): Keyring => {
  verifyHeader(header, root);
  const data = new Map<string, Aead>();
  for (const { kid, wrapped } of header.keys) {
    const key = unwrapKey(wrapped, { with: root, context: dataKeyContext(header.vaultId, kid) });
    if (!key || keyIdOf(key) !== kid)
      throw new MusterError(
        'VAULT_TAMPERED',
        `The data key ${kid} in vault.json does not verify. Put vault.json back from a backup.`,
      );
    data.set(kid, createXaes(key));
  }
  if (!data.has(header.active))
    throw new MusterError('VAULT_TAMPERED', 'vault.json names an active key that it does not hold. Put it back from a backup.');
  return { root, data };
};
