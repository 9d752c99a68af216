/** What callers of a host were told, kept outside of it: the truth that it is held to when it was killed. */
export interface Ledger {
  /** Names of accounts that were in a file to import, and those of them that were acknowledged. */
  readonly offered: Set<string>;
  readonly imported: Set<string>;
  /** By account id: the tag that was acknowledged last, and those that were sent after it and never answered. */
  readonly tags: Map<string, { acknowledged: string | undefined; sent: string[] }>;
  /** By file: who it is for. */
  readonly allocations: Map<string, { readonly owner: string; job: string | undefined }>;
}

export const createLedger = (): Ledger => ({ offered: new Set(), imported: new Set(), tags: new Map(), allocations: new Map() });
