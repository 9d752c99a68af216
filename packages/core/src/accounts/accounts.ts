import type { AccountState, ImportFile, ExportAccount } from '@muster/sdk';
import type { Sort, Tally } from '../ports/store.ts';
import type { AccountRecord } from './account-record.ts';

export interface AccountSelection {
  readonly plugin?: string;
  /** A filter in the language of `--where`. */
  readonly where?: string;
  readonly ids?: readonly string[];
}

export interface AccountWindow extends AccountSelection {
  readonly sort?: Sort;
  readonly offset?: number;
  readonly limit?: number;
}

export interface ImportOptions {
  readonly plugin: string;
  readonly file: ImportFile;
  /** The plugin's own import options, not yet validated. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  /** What to do where an account is known with another secret. `ask` reports the conflict and keeps. */
  readonly onConflict: 'keep' | 'replace' | 'ask';
  readonly actor: string;
  readonly signal: AbortSignal;
}

export type ImportOutcome = 'new' | 'updated' | 'unchanged' | 'kept' | 'replaced' | 'conflict' | 'duplicate';

/** What an import says as it goes. `account` carries secrets in the clear only in a dry run. */
export type ImportProgress =
  | {
      readonly kind: 'account';
      readonly line: number;
      readonly outcome: ImportOutcome;
      readonly label: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly id?: string;
    }
  | { readonly kind: 'rejected'; readonly line: number; readonly reason: string }
  | { readonly kind: 'warning'; readonly reason: string; readonly line?: number }
  | { readonly kind: 'file'; readonly format: string; readonly encoding: string }
  /** After each durable batch, and at the end. */
  | {
      readonly kind: 'counts';
      readonly read: number;
      readonly rejected: number;
      readonly outcomes: Readonly<Partial<Record<ImportOutcome, number>>>;
    };

export interface AccountEdit {
  /** Plain and secret fields; validated against the plugin's schema. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
  readonly priority?: number;
}

/** The roster. Every method that changes records an audit event with the actor. */
export interface Accounts {
  get(id: string): Promise<AccountRecord>;
  /** By id, or by label where it is unambiguous. */
  find(reference: string): Promise<AccountRecord>;
  list(window: AccountWindow): Promise<{ readonly total: number; readonly accounts: AccountRecord[] }>;
  count(selection: AccountSelection): Promise<number>;
  /** By plugin and state. */
  tally(): Promise<Tally[]>;
  /** Ids of a selection, in its order, in pieces. */
  ids(selection: AccountSelection): AsyncIterable<readonly string[]>;
  add(plugin: string, data: Readonly<Record<string, unknown>>, actor: string): Promise<AccountRecord>;
  edit(id: string, edit: AccountEdit, actor: string): Promise<AccountRecord>;
  /** Refuses a busy account with ACCOUNT_BUSY. */
  remove(selection: AccountSelection, actor: string): Promise<number>;
  /** To `paused`, `ready` or `retired`; a busy account changes when its lease ends. Returns how many changed. */
  setState(
    selection: AccountSelection,
    state: Extract<AccountState, 'paused' | 'ready' | 'retired'>,
    actor: string,
  ): Promise<number>;
  reveal(id: string, field: string, actor: string): Promise<string | undefined>;
  import(options: ImportOptions): AsyncIterable<ImportProgress>;
  export(
    selection: AccountSelection,
    options: { readonly withSecrets: boolean; readonly actor: string },
  ): AsyncIterable<ExportAccount>;
}
