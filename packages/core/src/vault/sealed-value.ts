import { MusterError } from '@muster/sdk';
import { fromBase64 } from './base64.ts';
import type { SecretPlace } from './vault.ts';
import { NONCE_BYTES, TAG_BYTES } from './xaes-gcm.ts';

const PREFIX = 'mv1:';
const SEALED = /^mv1:([0-9a-f]{16}):([A-Za-z0-9_-]+)$/;

/** A value sealed by a vault of this version; what is not is taken for the older format. */
export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

export interface SealedValue {
  readonly keyId: string;
  readonly nonce: Buffer;
  /** Ciphertext and tag. */
  readonly sealed: Buffer;
}

/** `mv1:<key id>:<base64url of nonce, ciphertext, tag>`, in one piece: texts that V8 keeps as a sum of others cost twice as much to store. */
export const writeSealedValue = (keyId: string, bytes: Buffer): string =>
  [PREFIX, keyId, ':', bytes.toString('base64url')].join('');

export const readSealedValue = (text: string): SealedValue => {
  const [, keyId, encoded] = SEALED.exec(text) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded, 'base64url');
  if (keyId === undefined || !bytes || bytes.length < NONCE_BYTES + TAG_BYTES)
    throw new MusterError(
      'VAULT_FORMAT',
      'A sealed value is cut short or misspelt. Put it back from a backup, or enter the secret anew.',
    );
  return { keyId, nonce: bytes.subarray(0, NONCE_BYTES), sealed: bytes.subarray(NONCE_BYTES) };
};

const PARTS = ['provider', 'accountId', 'field'] as const;

/** What a value is bound to: it opens in this vault, for this account and field, and nowhere else. */
export const bindingOf = (vaultId: string, place: SecretPlace): Buffer => {
  for (const part of PARTS)
    if (typeof place[part] !== 'string' || place[part] === '')
      throw new MusterError('BAD_INPUT', `A secret is sealed for a provider, an account and a field; the ${part} is missing.`);
  const { provider, accountId, field } = place;
  return Buffer.from(JSON.stringify(['mv1', vaultId, provider, accountId, field]));
};
