export interface SecretPlace {
  /** The plugin's id. */
  readonly provider: string;
  readonly accountId: string;
  readonly field: string;
}

export interface VaultStatus {
  readonly state: 'open' | 'locked';
  readonly slots: readonly { readonly id: string; readonly type: 'passphrase' | 'key'; readonly source: string }[];
  readonly activeKey: string;
  readonly keys: number;
  /** Where the key that opened it came from: `environment`, `key-file`, `passphrase`, `keychain`, `key` (given to `unlock`). */
  readonly openedBy: string | null;
  readonly warnings: readonly string[];
}

/** A passphrase, or the text of a key: 32 bytes in hex or base64. */
export type GivenKey = { readonly passphrase: string } | { readonly key: string };

/** Seals secrets for one place each: a value moved to another account, field or vault does not open. */
export interface Vault {
  /** `mv1:<key id>:<base64url>`. VAULT_LOCKED when locked. */
  seal(value: string, place: SecretPlace): string;
  /** Also reads the older `iv:ciphertext:authTag` spellings, with the key given at the start. VAULT_TAMPERED, VAULT_FORMAT, VAULT_UNKNOWN_KEY, VAULT_LOCKED. */
  open(sealed: string, place: SecretPlace): string;
  /** True when the value is sealed with an older data key, or in an older format. */
  needsReseal(sealed: string): boolean;
  status(): VaultStatus;
  lock(): void;
  /** VAULT_LOCKED when it does not open the vault; after three wrong tries one has to wait (`retryAfterMs`). */
  unlock(key: GivenKey): Promise<void>;
  /** A new data key becomes active (durable when it resolves); resealing the values is the accounts' work. */
  rotate(): Promise<void>;
  /** The new slot's id. VAULT_WEAK_KEY, VAULT_KEY_FORMAT. */
  addSlot(key: GivenKey): Promise<string>;
  /** NOT_FOUND; CONFLICT for the last one. Who has an older copy of vault.json and the slot's key can still open that copy. */
  removeSlot(id: string): Promise<void>;
  /**
   * Drops older data keys. To be called after every value was resealed; `inUse` names keys (their ids) that some value still
   * needs. A key that was replaced within the last ten minutes stays: a value may be on its way to the store.
   */
  retireKeys(inUse?: ReadonlySet<string>): Promise<void>;
}
