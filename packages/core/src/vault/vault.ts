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
  /** Where the key that opened it came from: `environment`, `key-file`, `passphrase`, `keychain`. */
  readonly openedBy: string | null;
  readonly warnings: readonly string[];
}

/** Seals secrets for one place each: a value moved to another account, field or vault does not open. */
export interface Vault {
  /** `mv1:<key id>:<base64url>`. VAULT_LOCKED when locked. */
  seal(value: string, place: SecretPlace): string;
  /** Also reads the older `iv:ciphertext:authTag` spellings. VAULT_TAMPERED, VAULT_FORMAT, VAULT_UNKNOWN_KEY, VAULT_LOCKED. */
  open(sealed: string, place: SecretPlace): string;
  /** True when the value is sealed with an older data key, or in an older format. */
  needsReseal(sealed: string): boolean;
  status(): VaultStatus;
  lock(): void;
  unlock(key: { readonly passphrase: string } | { readonly key: string }): Promise<void>;
  /** A new data key becomes active (durable when it resolves); resealing the values is the accounts' work. */
  rotate(): Promise<void>;
  addSlot(key: { readonly passphrase: string } | { readonly key: string }): Promise<string>;
  removeSlot(id: string): Promise<void>;
  /** Drops data keys that nothing is sealed with any more. */
  retireKeys(): Promise<void>;
}
