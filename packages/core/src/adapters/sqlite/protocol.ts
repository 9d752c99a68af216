import type { CollectionDefinition, Document, Patch, Query, RewriteProgress, StoreChange, Tally } from '../../ports/store.ts';
import type { Filter } from '../../query/filter.ts';

/** What a worker can be asked: names, arguments and answers. All of it is plain data. */
export interface Calls {
  get(collection: string, id: string): Document | undefined;
  list(collection: string, query: Query): Document[];
  count(collection: string, where: Filter | undefined): number;
  tally(collection: string, fields: readonly string[], where: Filter | undefined): Tally[];
  piece(collection: string, behind: number, limit: number): { documents: Document[]; last: number };
  sizes(): Record<string, number>;
  /** Problems that SQLite and the documents' checksums show, in words. */
  check(): string[];
  backup(file: string): void;
  /** `operations`: an array of `Operation` as JSON text, for the same reason as replies. */
  commit(operations: string): StoreChange[];
  claim(collection: string, query: Query, patch: Patch): { documents: Document[]; changes: StoreChange[] };
}

export type CallName = keyof Calls;

/** An answer that is text already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface Request {
  readonly number: number;
  readonly call: CallName;
  readonly values: readonly unknown[];
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** A value travels as JSON text, which is several times quicker than letting the threads copy many small objects. */
export type Reply =
  | { readonly number: number; readonly json: string | undefined }
  | { readonly number: number; readonly failure: Failure }
  /** An index that is needed lags behind: to be asked of the one who writes. */
  | { readonly number: number; readonly lagging: true };

export type FromWorker =
  | { readonly kind: 'ready' }
  /** Before it is ready. */
  | { readonly kind: 'rewriting'; readonly progress: RewriteProgress }
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[] };

export type ToWorker = { readonly kind: 'requests'; readonly requests: readonly Request[] } | { readonly kind: 'close' };

export interface WorkerOptions {
  readonly directory: string;
  readonly collections: readonly CollectionDefinition[];
  readonly role: 'writer' | 'reader';
}
