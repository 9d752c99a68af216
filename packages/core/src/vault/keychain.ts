const SERVICE = 'muster';
// Not a dependency: found only where the operator has installed it.
const KEYRING_MODULE = '@napi-rs/keyring';

interface KeyringModule {
  readonly Entry: new (service: string, account: string) => { getPassword(): string | null };
}

/** Reads the key that the machine's keychain holds for a vault: service `muster`, account = the vault's id. */
export type ReadKeychain = (vaultId: string) => Promise<string | undefined>;

/**
 * Undefined where there is no keychain package, no entry. Throws where there is a keychain that cannot be asked, as over
 * SSH without a session.
 */
export const readKeychain: ReadKeychain = async (vaultId) => {
  let keyring: KeyringModule;
  try {
    keyring = (await import(KEYRING_MODULE)) as KeyringModule;
  } catch {
    return undefined;
  }
  return new keyring.Entry(SERVICE, vaultId).getPassword() ?? undefined;
};
