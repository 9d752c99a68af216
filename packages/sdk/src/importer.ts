import type { AccountState } from './account.ts';

/** One file as an importer gets it. Bytes arrive in pieces; a file is never in memory whole. */
export interface ImportFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What a file knows of an account beside its fields. Only a new account takes it over. Times are ms since the epoch. */
export interface ImportFacts {
  /** One of the plugin's status words: the account begins in the state that it means. */
  readonly status?: string;
  readonly why?: string;
  /** With a status that means `cooling`: until then. */
  readonly restUntil?: number;
  readonly tags?: readonly string[];
  readonly priority?: number;
  readonly createdAt?: number;
  readonly usedAt?: number;
  readonly uses?: number;
}

/** What an importer says of a file, in the order of the file. */
export type ImportEntry =
  /** Many at once, which for a large file costs less than one by one; hundreds, so that a file is never in memory whole. */
  { readonly kind: 'several'; readonly entries: readonly SingleImportEntry[] } | SingleImportEntry;

export type SingleImportEntry =
  | {
      readonly kind: 'account';
      readonly line: number;
      readonly data: Readonly<Record<string, unknown>>;
      readonly facts?: ImportFacts;
    }
  | { readonly kind: 'rejected'; readonly line: number; readonly reason: string }
  | { readonly kind: 'warning'; readonly reason: string; readonly line?: number }
  /** Once a file, when known; a later one wins. */
  | { readonly kind: 'file'; readonly format: string; readonly encoding: string }
  /** Settings of the plugin that the file carries: taken over, unless it is a dry run. */
  | { readonly kind: 'settings'; readonly settings: Readonly<Record<string, unknown>> };

/** `data` of an account entry holds every field, secrets in the clear: the host seals them before they are stored. */
export type Importer<TOptions> = (file: ImportFile, options: TOptions, signal: AbortSignal) => AsyncIterable<ImportEntry>;

/** One account on its way out. Secrets are there only when the operator asked twice. */
export interface ExportAccount {
  readonly label: string;
  readonly status: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Left out where a test, and not the host, exports. */
  readonly facts?: ExportFacts;
}

/** What the host knows of an account beside its fields. Times are ms since the epoch. */
export interface ExportFacts {
  readonly id: string;
  readonly state: AccountState;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** 0 for never. */
  readonly usedAt: number;
  readonly uses: number;
  /** When a rest ends. */
  readonly dueAt: number | null;
}

/** What an export may touch beside the accounts. */
export interface ExportContext {
  /** The plugin's settings. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Ms since the epoch. */
  now(): number;
  /** Secrets are among the data. */
  readonly withSecrets: boolean;
  /** What the plugin's rotation of requests met with an account so far; undefined for one that never failed. */
  failures?(account: string): { readonly failed: number; readonly limited: number } | undefined;
}

export type Exporter = (accounts: AsyncIterable<ExportAccount>, context?: ExportContext) => AsyncIterable<string>;
