import type { z } from 'zod';
import { PATHS, type OperationId } from './paths.ts';
import type { RouteDefinition, Routes } from './routes.ts';

type Part<R, K extends keyof RouteDefinition> = R extends { [P in K]: infer S extends z.ZodType } ? z.input<S> : undefined;
type Optional<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] };

/** The arguments of an operation: only those parts that its route has. */
export type CallArguments<Id extends OperationId> = Optional<{
  params: Part<Routes[Id], 'params'>;
  query: Part<Routes[Id], 'query'>;
  body: Part<Routes[Id], 'body'>;
}>;
export type CallResult<Id extends OperationId> = z.output<Routes[Id]['response']>;

/** Talks to a host. `call` answers with the parsed JSON, or throws an ApiError. */
export interface Client {
  call<Id extends OperationId>(operation: Id, args?: CallArguments<Id>, signal?: AbortSignal): Promise<CallResult<Id>>;
  /** For operations that stream: one value a line or event. Ends with the answer or the signal. */
  stream<Id extends OperationId>(
    operation: Id,
    args?: CallArguments<Id>,
    options?: { readonly signal?: AbortSignal; readonly upload?: AsyncIterable<Uint8Array> },
  ): AsyncIterable<CallResult<Id>>;
  /** For operations that answer with bytes. */
  bytes<Id extends OperationId>(operation: Id, args?: CallArguments<Id>, signal?: AbortSignal): Promise<Response>;
  close(): Promise<void>;
}

export type { OperationId };
export { PATHS };
