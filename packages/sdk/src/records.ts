import type { Json } from './json.ts';

/** One document that a plugin keeps beside its accounts. No secrets in the clear: see `ServiceContext.seal`. */
export interface RecordEntry<TData = Json> {
  /** Unique within its kind; at most 200 characters. */
  readonly key: string;
  /** What it is listed by: the campaign of a contact, the state of a message. */
  readonly group: string;
  /** Its place in a list, most often a time in ms since the epoch. */
  readonly at: number;
  readonly data: TData;
}

export interface StoredRecord<TData = Json> extends RecordEntry<TData> {
  /** Grows with each change. */
  readonly revision: number;
}

export interface RecordList {
  /** Without it, all of the kind. */
  readonly group?: string;
  /** Bounds of `at`, inclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly newestFirst?: boolean;
  readonly offset?: number;
  /** Default 100, at most 10,000. */
  readonly limit?: number;
}

export type RecordChange<TData = Json> =
  /** CONFLICT when the key is taken: what makes a step idempotent. */
  | { readonly insert: RecordEntry<TData> }
  | { readonly put: RecordEntry<TData> }
  /** CONFLICT when it is gone or has another revision. */
  | { readonly replace: RecordEntry<TData>; readonly revision: number }
  | { readonly remove: string };

/** The documents of one kind of one plugin. What resolves is on disk. */
export interface Records<TData = Json> {
  get(key: string): Promise<StoredRecord<TData> | undefined>;
  list(query?: RecordList): Promise<StoredRecord<TData>[]>;
  count(query?: Pick<RecordList, 'group'>): Promise<number>;
  /** All or nothing. */
  commit(changes: readonly RecordChange<TData>[]): Promise<void>;
}
