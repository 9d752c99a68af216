import type { KeyObject } from 'node:crypto';
import crypto from 'node:crypto';
import { promisify } from 'node:util';
import { MusterError } from '@muster/sdk';
import type { Random } from '../ports/clock.ts';
import { fromBase64 } from './base64.ts';
import { KEY_BYTES, takeKey } from './wrapped-key.ts';

const SALT_BYTES = 16;

/** How a passphrase becomes a key: Argon2id with `m` KiB of memory, `t` passes, `p` lanes. */
export interface Derivation {
  readonly alg: 'argon2id';
  readonly m: number;
  readonly t: number;
  readonly p: number;
  /** Base64, 16 bytes or more. */
  readonly salt: string;
}

export type DerivationCost = Pick<Derivation, 'm' | 't' | 'p'>;

/** 64 MiB and about 0.2 s on a small machine. */
const DEFAULT_COST: DerivationCost = { m: 65_536, t: 3, p: 1 };
/** Less would help who guesses; more would let a changed file exhaust the machine before its change is noticed. */
const FLOOR: DerivationCost = { m: 19_456, t: 2, p: 1 };
const CEILING: DerivationCost = { m: 2 ** 20, t: 16, p: 8 };

export const newDerivation = (random: Random, cost: DerivationCost = DEFAULT_COST): Derivation => ({
  alg: 'argon2id',
  ...cost,
  salt: Buffer.from(random.bytes(SALT_BYTES)).toString('base64'),
});

const checkBounds = (derivation: Derivation): void => {
  for (const name of ['m', 't', 'p'] as const) {
    const value = derivation[name];
    if (Number.isInteger(value) && value >= FLOOR[name] && value <= CEILING[name]) continue;
    const bounds = `${FLOOR[name]} to ${CEILING[name]}`;
    throw new MusterError(
      'VAULT_KDF',
      `A passphrase slot asks for ${name}=${value}, outside ${bounds}. Put vault.json back from a backup.`,
    );
  }
};

/** The key of a passphrase. VAULT_KDF when the parameters are out of bounds, or this Node cannot do it. */
export const deriveKey = async (passphrase: string, derivation: Derivation): Promise<KeyObject> => {
  checkBounds(derivation);
  const salt = fromBase64(derivation.salt);
  if (!salt || salt.length < SALT_BYTES)
    throw new MusterError('VAULT_KDF', 'The salt of a passphrase slot is too short. Put vault.json back from a backup.');
  // Named here and not imported by name: versions of Node before 24.7 have none, and would not load this file.
  if (typeof crypto.argon2 !== 'function')
    throw new MusterError('VAULT_KDF', 'This Node cannot do Argon2id. Use Node 24.7 or newer, or open the vault with a key.');
  const message = Buffer.from(passphrase.normalize('NFKC'));
  const { m: memory, t: passes, p: parallelism } = derivation;
  const derived = await promisify(crypto.argon2)('argon2id', {
    message,
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: KEY_BYTES,
  });
  message.fill(0);
  return takeKey(derived);
};
