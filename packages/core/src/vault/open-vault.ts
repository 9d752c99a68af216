import type { KeyObject } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MusterError } from '@muster/sdk';
import type { Clock, Random } from '../ports/clock.ts';
import type { OpenState } from './create-vault.ts';
import { createVault } from './create-vault.ts';
import type { DerivationCost } from './key-derivation.ts';
import { clearKeyFileLeftovers, createKeyFile } from './key-file.ts';
import type { Environment, FoundKey, KeySourceOptions } from './key-source.ts';
import { findKeys, keyFileIn } from './key-source.ts';
import { checkPassphrase, readKeyText } from './key-text.ts';
import type { ReadKeychain } from './keychain.ts';
import { readKeychain } from './keychain.ts';
import { newVault, openKeyring } from './keyring.ts';
import { preparedName } from './own-file.ts';
import { hasSlotFor, makeSlot, openSlot } from './slot.ts';
import type { Vault } from './vault.ts';
import type { StoredHeader } from './vault-file.ts';
import { readVaultFile, vaultFileIn, writeVaultFile } from './vault-file.ts';

export interface VaultOptions {
  /** The data directory: holds vault.json, and the key file unless MUSTER_KEY_FILE names another. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Default: that of the process. ACCOUNT_ENCRYPTION_KEY is taken out of it. */
  readonly env?: Environment;
  /** Asks a person for the passphrase of a vault that is there; undefined when nobody answers. */
  readonly askPassphrase?: () => Promise<string | undefined>;
  /** Default: @napi-rs/keyring, where it is installed. */
  readonly keychain?: ReadKeychain;
  /** Asked when there is no vault.json: with sealed secrets in the store, a new vault would hide that the old one is lost. */
  readonly holdsSecrets?: () => Promise<boolean>;
  /** Without a key, gives a locked vault in place of VAULT_NO_KEY. */
  readonly allowLocked?: boolean;
  /** Locks by itself when nothing was sealed or opened for so long. Default: never. */
  readonly lockAfterIdleMs?: number;
  /** Of new passphrase slots. Default: 64 MiB, 3 passes. */
  readonly cost?: DerivationCost;
}

/** Warns of what the key's place does not protect from. */
const warningsFor = (found: Pick<FoundKey, 'source' | 'where'>, directory: string): string[] => {
  if (found.source === 'environment') {
    const text =
      'ACCOUNT_ENCRYPTION_KEY was taken out of the environment, but /proc still shows it to this user and to root while the host runs. ' +
      'A key file or a passphrase does not have this fault.';
    return [text];
  }
  if (found.source !== 'key-file' || dirname(resolve(found.where)) !== resolve(directory)) return [];
  const text =
    `The key lies beside the data (${found.where}): it protects a copy of single files, not of the whole folder. ` +
    'Better: `muster vault add-slot`, give a passphrase, and move the key file away.';
  return [text];
};

const looked = (missed: readonly string[]): string => `Looked for ${missed.join('; ')}.`;

interface Attempt {
  readonly found?: FoundKey;
  readonly root?: KeyObject;
  readonly legacyKey?: KeyObject | undefined;
  /** Why it is still locked. */
  readonly why: string;
}

/** Tries the keys in the order of their sources. VAULT_LOCKED when a key that was named does not open the vault. */
const tryKeys = async (header: StoredHeader, options: KeySourceOptions): Promise<Attempt> => {
  const { found: keys, missed } = findKeys(options, header.vaultId);
  const wrong: string[] = [];
  let legacyKey: KeyObject | undefined;
  for await (const found of keys) {
    if ('key' in found.secret) legacyKey ??= found.secret.key;
    const root = await openSlot(header, found.secret);
    if (root) return { found, root, legacyKey, why: '' };
    if (found.named && hasSlotFor(header, found.secret)) {
      const advice = 'Give the key that it was made with, or take this one away.';
      throw new MusterError(
        'VAULT_LOCKED',
        `The key from ${found.where} does not open the vault in ${options.directory}. ${advice}`,
      );
    }
    wrong.push(found.where);
  }
  const why = wrong.length > 0 ? `What was found does not open it: ${wrong.join('; ')}. ` : '';
  return { legacyKey, why: why + looked(missed) };
};

const openExisting = async (header: StoredHeader, options: VaultOptions, sources: KeySourceOptions): Promise<Vault> => {
  const { found, root, legacyKey, why } = await tryKeys(header, sources);
  const path = vaultFileIn(options.directory);
  if (!found || !root) {
    const message = `There is no key for the vault in ${options.directory}. ${why}`;
    if (!options.allowLocked) throw new MusterError('VAULT_NO_KEY', message);
    return createVault({ ...options, path, header, opened: { lockedBecause: message } });
  }
  const opened: OpenState = {
    ring: openKeyring(header, root),
    openedBy: found.source,
    legacyKey,
    warnings: warningsFor(found, options.directory),
  };
  return createVault({ ...options, path, header, opened });
};

/** The first key that is found, or a new one in a new key file. */
const keyForNewVault = async (sources: KeySourceOptions, random: Random): Promise<FoundKey> => {
  for await (const found of findKeys(sources).found) {
    if ('passphrase' in found.secret) checkPassphrase(found.secret.passphrase);
    return found;
  }
  const path = keyFileIn(sources);
  try {
    const key = readKeyText(await createKeyFile(path, random), path);
    return { source: 'key-file', where: path, secret: { key }, named: false };
  } catch (cause) {
    throw new MusterError('VAULT_KEY_FILE', `A key file could not be made at ${path}. Make its folder, or give a key.`, {
      cause,
    });
  }
};

const createNew = async (options: VaultOptions, sources: KeySourceOptions): Promise<Vault> => {
  const { directory, random } = options;
  const path = vaultFileIn(directory);
  if (await options.holdsSecrets?.()) {
    const advice = 'Put vault.json back from a backup; a new vault could not open them.';
    throw new MusterError('VAULT_CORRUPT', `${path} is gone, but the store holds secrets that it sealed. ${advice}`);
  }
  const found = await keyForNewVault(sources, random);
  const { header: empty, root } = newVault(options);
  const slot = await makeSlot(found.secret, { vaultId: empty.vaultId, source: found.source, root }, options);
  const header = await writeVaultFile(path, { ...empty, slots: [slot] }, root);
  const legacyKey = 'key' in found.secret ? found.secret.key : undefined;
  const opened: OpenState = {
    ring: openKeyring(header, root),
    openedBy: found.source,
    legacyKey,
    warnings: warningsFor(found, directory),
  };
  return createVault({ ...options, path, header, opened });
};

/**
 * Opens the vault of a data directory, or makes one. Only the owner of the directory may do so (see the host's lock).
 * Errors: VAULT_NO_KEY, VAULT_LOCKED (a key does not fit), VAULT_KEY_FILE, VAULT_KEY_FORMAT, VAULT_WEAK_KEY, VAULT_KDF,
 * VAULT_CORRUPT, VAULT_TAMPERED, VAULT_VERSION, DATA_DIR (cannot be written).
 */
export const openVault = async (options: VaultOptions): Promise<Vault> => {
  const { directory, env = process.env, keychain = readKeychain, askPassphrase } = options;
  const sources: KeySourceOptions = { directory, env, keychain, askPassphrase };
  const path = vaultFileIn(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await clearKeyFileLeftovers(keyFileIn(sources));
  const header = await readVaultFile(path);
  if (!header) return createNew(options, sources);
  // What a crash left of the last change, and rights that a copy may have widened.
  await rm(preparedName(path), { force: true });
  await chmod(path, 0o600);
  return openExisting(header, options, sources);
};
