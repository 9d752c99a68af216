import { join } from 'node:path';
import { MusterError, safeText, toMusterError } from '@muster/sdk';
import type { KeyFileRules } from './key-file.ts';
import { readKeyFile } from './key-file.ts';
import { readKeyText } from './key-text.ts';
import type { ReadKeychain } from './keychain.ts';
import type { SlotSecret } from './slot.ts';

export type KeySourceName = 'environment' | 'key-file' | 'passphrase' | 'keychain';

/** A key or passphrase that was found, not yet tried. */
export interface FoundKey {
  readonly source: KeySourceName;
  /** In words, for messages. */
  readonly where: string;
  readonly secret: SlotSecret;
  /** The operator named it: when it does not open the vault, that is an error and not a reason to look further. */
  readonly named: boolean;
}

export type Environment = Record<string, string | undefined>;

export interface KeySourceOptions {
  readonly directory: string;
  /** The key found here is taken out of it. */
  readonly env: Environment;
  /** Asks a person; undefined when nobody answers. */
  readonly askPassphrase?: (() => Promise<string | undefined>) | undefined;
  readonly keychain: ReadKeychain;
}

const KEY_VARIABLE = 'ACCOUNT_ENCRYPTION_KEY';

export const keyFileIn = ({ directory, env }: Pick<KeySourceOptions, 'directory' | 'env'>): string =>
  env['MUSTER_KEY_FILE'] || join(directory, '.encryption_key');

/** Where keys are looked for, in words; what of them was there is told by `findKeys`. */
export interface KeySearch {
  /** One after another, in the order of the sources; a later source is not touched before an earlier one was tried. */
  readonly found: AsyncGenerator<FoundKey>;
  /** What was looked at without success so far, in words. */
  readonly missed: readonly string[];
}

const fromEnvironment = (env: Environment): FoundKey | undefined => {
  const text = env[KEY_VARIABLE];
  // Not left for the children of this process to inherit.
  delete env[KEY_VARIABLE];
  if (text === undefined || text === '') return undefined;
  const where = `the environment (${KEY_VARIABLE})`;
  return { source: 'environment', where, secret: { key: readKeyText(text, where) }, named: true };
};

interface FileSource {
  readonly path: string;
  readonly named: boolean;
  readonly rules?: KeyFileRules;
}

const fromKeyFile = async ({ path, named, rules }: FileSource): Promise<FoundKey | undefined> => {
  const text = await readKeyFile(path, rules);
  return text === undefined ? undefined : { source: 'key-file', where: path, secret: { key: readKeyText(text, path) }, named };
};

const fromPassphraseFile = async ({ path, named, rules }: FileSource): Promise<FoundKey | undefined> => {
  const text = await readKeyFile(path, rules);
  const passphrase = text?.replace(/\r?\n$/, '');
  if (passphrase === '') throw new MusterError('VAULT_KEY_FILE', `The passphrase file ${path} is empty.`);
  return passphrase === undefined ? undefined : { source: 'passphrase', where: path, secret: { passphrase }, named };
};

/**
 * Looks for keys: the environment, the key file, a passphrase (file, credential of the service manager, a person), the
 * keychain. `vaultId` is known once a vault exists.
 */
export const findKeys = (options: KeySourceOptions, vaultId?: string): KeySearch => {
  const { env, askPassphrase, keychain } = options;
  const credentials = env['CREDENTIALS_DIRECTORY'];
  const missed: string[] = [];

  const credential = (name: string): FileSource | undefined =>
    credentials ? { path: join(credentials, name), named: true, rules: { byServiceManager: true } } : undefined;
  const passphraseFile = env['MUSTER_PASSPHRASE_FILE'];

  const search = async function* (): AsyncGenerator<FoundKey> {
    const inEnvironment = fromEnvironment(env);
    if (inEnvironment) yield inEnvironment;
    else missed.push(KEY_VARIABLE);

    const keyFiles = [credential('muster-key'), { path: keyFileIn(options), named: Boolean(env['MUSTER_KEY_FILE']) }];
    const passphraseFiles = [passphraseFile ? { path: passphraseFile, named: true } : undefined, credential('muster-passphrase')];
    for (const [files, read] of [[keyFiles, fromKeyFile] as const, [passphraseFiles, fromPassphraseFile] as const]) {
      for (const file of files) {
        const found = file && (await read(file));
        if (found) yield found;
        else if (file) missed.push(file.path);
      }
    }
    if (vaultId === undefined) return;

    const passphrase = await askPassphrase?.();
    if (passphrase) yield { source: 'passphrase', where: 'the passphrase given', secret: { passphrase }, named: true };
    else missed.push('a passphrase');

    const inKeychain = await fromKeychain(vaultId);
    if (inKeychain) yield inKeychain;
  };

  const fromKeychain = async (id: string): Promise<FoundKey | undefined> => {
    try {
      const text = await keychain(id);
      if (text !== undefined)
        return { source: 'keychain', where: 'the keychain', secret: { key: readKeyText(text, 'the keychain') }, named: false };
      missed.push(`the keychain (service muster, account ${id})`);
    } catch (error) {
      missed.push(`the keychain, which could not be asked: ${safeText(toMusterError(error).message, 200)}`);
    }
    return undefined;
  };

  return { found: search(), missed };
};
