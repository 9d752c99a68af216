/** One file as an importer gets it. Bytes arrive in pieces; a file is never in memory whole. */
export interface ImportFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What an importer says of a file, in the order of the file. */
export type ImportEntry =
  | { readonly kind: 'account'; readonly line: number; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'rejected'; readonly line: number; readonly reason: string }
  | { readonly kind: 'warning'; readonly reason: string; readonly line?: number }
  /** Once a file, when known; a later one wins. */
  | { readonly kind: 'file'; readonly format: string; readonly encoding: string };

/** `data` of an account entry holds every field, secrets in the clear: the host seals them before they are stored. */
export type Importer<TOptions> = (file: ImportFile, options: TOptions, signal: AbortSignal) => AsyncIterable<ImportEntry>;

/** One account on its way out. Secrets are there only when the operator asked twice. */
export interface ExportAccount {
  readonly label: string;
  readonly status: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Exporter = (accounts: AsyncIterable<ExportAccount>) => AsyncIterable<string>;
