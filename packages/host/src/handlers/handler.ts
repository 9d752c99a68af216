import type { z } from 'zod';
import type { OperationId } from '@muster/api';
import type { RouteDefinition, Routes } from '@muster/api/routes';
import type { Caller } from '../http/caller.ts';
import type { Several } from '../http/streams.ts';

type Parsed<R, K extends keyof RouteDefinition> = R extends { [P in K]: infer S extends z.ZodType } ? z.output<S> : undefined;
type Output<Id extends OperationId> = DeepReadonly<z.output<Routes[Id]['response']>>;

export type DeepReadonly<T> = T extends (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** One request, validated. */
export interface Call<Id extends OperationId> {
  readonly params: Parsed<Routes[Id], 'params'>;
  readonly query: Parsed<Routes[Id], 'query'>;
  readonly body: Parsed<Routes[Id], 'body'>;
  readonly caller: Caller;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
  /** The file of an upload. */
  readonly upload: AsyncIterable<Uint8Array>;
}

export interface Bytes {
  readonly type: string;
  readonly body: Uint8Array | AsyncIterable<string>;
}

type Reply<Id extends OperationId> = Routes[Id] extends { readonly stream: 'sse' }
  ? ReadableStream<Uint8Array>
  : Routes[Id] extends { readonly stream: 'bytes' }
    ? Bytes
    : Routes[Id] extends { readonly stream: 'upload' | 'ndjson' }
      ? AsyncIterable<Output<Id> | Several<Output<Id>>>
      : Output<Id>;

/** What the host does for each operation. */
export type Handlers = { readonly [Id in OperationId]: (call: Call<Id>) => Reply<Id> | Promise<Reply<Id>> };
