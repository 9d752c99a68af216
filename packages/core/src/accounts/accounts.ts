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
  /** Whether settings that a file carries may be taken over. Default: they are left out, with a warning. */
  readonly mayConfigure?: boolean;
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

/**
 * The roster. Every method that changes records an audit event with the actor. A selection that says nothing is everybody;
 * a filter that is not understood is BAD_FILTER.
 */
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
  /** BAD_INPUT names the field; CONFLICT says which field another account has already, and which account. */
  add(plugin: string, data: Readonly<Record<string, unknown>>, actor: string): Promise<AccountRecord>;
  /**
   * Many at once, a thousand a commit; those that are known already stay as they are. Returns how many are new. BAD_INPUT
   * names the first that does not fit; what was stored before it stays.
   */
  addAll(
    plugin: string,
    rows: Iterable<Readonly<Record<string, unknown>>>,
    options: { readonly actor: string; readonly tags?: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<number>;
  /** `null` takes an optional field away. Errors as with `add`. */
  edit(id: string, edit: AccountEdit, actor: string): Promise<AccountRecord>;
  /** Refuses a busy account with ACCOUNT_BUSY. */
  remove(selection: AccountSelection, actor: string): Promise<number>;
  /** To `paused`, `ready` or `retired`; a busy account changes when its lease ends. Returns how many changed. */
  setState(
    selection: AccountSelection,
    state: Extract<AccountState, 'paused' | 'ready' | 'retired'>,
    actor: string,
  ): Promise<number>;
  /** For a person; audited before it is given. BAD_INPUT when the plugin has no such secret. */
  reveal(id: string, field: string, actor: string): Promise<string | undefined>;
  /**
   * Reads a file and stores its accounts, about a thousand a commit; an `account` is said when its commit is durable. What a
   * stopped import has said stays. VAULT_LOCKED before anything is read.
   */
  import(options: ImportOptions): AsyncIterable<ImportProgress>;
  /** The same, batch by batch, which costs less. */
  importInBatches(options: ImportOptions): AsyncIterable<readonly ImportProgress[]>;
  /** A secret for the task that works on the account: not audited one by one, known to the redactor from then on. */
  secretOf(record: AccountRecord, field: string): Promise<string | undefined>;
  /**
   * Seals every secret that is sealed with an older data key anew, in batches; stopped, it goes on where it stood when called
   * again. Returns how many secrets. VAULT_TAMPERED at the end when some could not be opened, with `details.accounts`.
   */
  reseal(signal?: AbortSignal): Promise<number>;
  /** Opens every secret; says of which accounts one does not open. */
  check(signal?: AbortSignal): Promise<{ readonly secrets: number; readonly problems: readonly string[] }>;
  export(
    selection: AccountSelection,
    options: { readonly withSecrets: boolean; readonly actor: string },
  ): AsyncIterable<ExportAccount>;
}
