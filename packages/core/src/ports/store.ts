import type { JsonObject } from '@muster/sdk';
import type { Filter, Scalar } from '../query/filter.ts';

/** A stored document: plain JSON, named by `id`. Documents handed out are read-only; changes go through the store. */
export interface Document {
  readonly id: string;
}

/**
 * An ordered index. Documents are kept per combination of the `partition` fields, each partition in the order of `order`
 * (ties by id). With `where`, only documents whose fields equal it are in the index. Dotted paths reach into objects.
 * A query that fixes or bounds the partition fields and sorts by `order` is served by merging partitions: its cost grows
 * with the documents taken, not with the collection.
 */
export interface IndexDefinition {
  readonly partition: readonly string[];
  readonly order: readonly string[];
  readonly where?: Readonly<Record<string, Scalar>>;
}

export interface CollectionDefinition {
  readonly name: string;
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
  /** Paths whose value, where not null, is unique in the collection. */
  readonly unique?: readonly string[];
  /** Field combinations whose counts are asked for often: answered without a scan. */
  readonly tallies?: readonly (readonly string[])[];
  /** A hint for large collections; it changes no answer. */
  readonly hot?: HotFields;
}

/** Which part of a document changes often, so that a store on pages of a disk can keep it apart from the rest. */
export interface HotFields {
  /** Top-level names. */
  readonly fields: readonly string[];
  /** A path: documents that have the same number there are often asked for together, and are best kept side by side. */
  readonly near?: string;
}

export interface Sort {
  readonly by: string;
  readonly descending?: boolean;
}

export interface Query {
  readonly where?: Filter;
  /** Default: by id. Ties are broken by id, in the same direction. */
  readonly sort?: Sort;
  readonly limit?: number;
  readonly offset?: number;
}

/** A change as data, so that it can travel to a worker or another machine. Paths are top-level field names. */
export interface Patch {
  /** Fields to replace; `null` is a value. */
  readonly set?: JsonObject;
  /** Numbers to add to (a missing field counts as 0). */
  readonly add?: Readonly<Record<string, number>>;
}

export type Operation =
  | { readonly insert: string; readonly document: Document }
  /** With `if`, the document must hold these values (dotted paths) or the whole transaction is refused with STORE_CONFLICT. */
  | { readonly update: string; readonly id: string; readonly patch: Patch; readonly if?: Readonly<Record<string, Scalar>> }
  | { readonly delete: string; readonly id: string };

export interface Tally {
  /** Values of the asked fields, in their order. */
  readonly key: readonly Scalar[];
  readonly count: number;
}

/** What a commit changed: per collection, the ids. `ids` is undefined when there were too many to name. */
export interface StoreChange {
  readonly collection: string;
  readonly ids: readonly string[] | undefined;
}

/**
 * The database. A promise that resolves means durable. Everything that can fail fails as a whole.
 * Errors: STORE_CONFLICT (insert of a known id or unique value, update or delete of an unknown id, `if` not met),
 * STORE_FAILED (disk full or broken: nothing of the change is kept), STORE_CORRUPT (at open).
 */
export interface Store {
  get<T extends Document>(collection: string, id: string): Promise<T | undefined>;
  list<T extends Document>(collection: string, query?: Query): Promise<T[]>;
  count(collection: string, where?: Filter): Promise<number>;
  /** Counts by the values of `fields` (dotted paths), most first. */
  tally(collection: string, fields: readonly string[], where?: Filter): Promise<Tally[]>;
  /** One atomic, durable transaction. */
  commit(operations: readonly Operation[]): Promise<void>;
  /**
   * Selects and changes in one atomic step and returns the changed documents in the query's order: what one caller
   * claims, no other gets. `limit` defaults to 1.
   */
  claim<T extends Document>(collection: string, query: Query, patch: Patch): Promise<T[]>;
  /** Every document once, in an order of the store's own, in pieces, while the store goes on working. */
  scan<T extends Document>(collection: string, signal?: AbortSignal): AsyncIterable<T>;
  /** After each commit, in order. Returns the end of the subscription. */
  subscribe(listener: (changes: readonly StoreChange[]) => void): () => void;
  status(): Promise<StoreStatus>;
  /** Reads everything again and compares it with its checksums. Problems in words; none when all is well. */
  check(): Promise<readonly string[]>;
  /** A consistent copy in a new or empty folder, while the store goes on working. Returns its bytes. Errors: DATA_DIR. */
  backup(directory: string): Promise<number>;
  /** Writes all that is pending and lets go of files. */
  close(): Promise<void>;
}

export interface StoreStatus {
  readonly kind: 'memory' | 'lowdb' | 'sqlite';
  readonly documents: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Milliseconds since the epoch; null when never. */
  readonly savedAt: number | null;
  /** What recovery had to do at open, in words; empty when nothing. */
  readonly recovered: readonly string[];
  /** Set when a write failed and the store takes no more. */
  readonly failed: string | null;
}

/** A store of an older version is written anew when it is opened: how many documents of how many. */
export interface RewriteProgress {
  readonly done: number;
  readonly total: number;
}

/** What each adapter module exports as `open…Store`. */
export interface StoreOptions {
  readonly directory: string;
  readonly collections: readonly CollectionDefinition[];
  readonly now: () => number;
  /** Told at the beginning and now and then: the store opens only when all is written. */
  readonly onRewrite?: ((progress: RewriteProgress) => void) | undefined;
}
