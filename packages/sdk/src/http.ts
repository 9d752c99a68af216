import type { z } from 'zod';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';

/** A fixed path that people already call, such as the one of a tool that a plugin stands in for. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Starts with `/`; a part in braces is a parameter: `/api/session/{clientId}`. The host's own paths cannot be taken. */
  readonly path: string;
  readonly summary: string;
  /** What a token must be allowed to call it: all of these. An answer with secrets in it needs `secrets`. */
  readonly scopes: readonly ('read' | 'operate' | 'secrets' | 'admin')[];
  /** Of the query, whose values are text. What it does not name is passed over. A request that does not fit is answered with 400. */
  readonly query?: z.ZodObject;
  /** Of the body, which is JSON whatever its content-type says. */
  readonly body?: z.ZodType;
  /** For the description in /openapi.json. */
  readonly response?: z.ZodType;
}

export interface HttpRequest<TQuery, TBody> {
  /** By the names in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: TQuery;
  readonly body: TBody;
  /** The name of the token, or `local`. */
  readonly actor: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: Json;
  /** Sent as plain text, in place of `body`. */
  readonly text?: string;
}

/** What a handler may touch. Leases that it takes and does not hand out end with the request. */
export interface HttpContext<TConfig, TAccount> {
  readonly config: TConfig;
  readonly pool: PoolAccess<TAccount>;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, from the host's clock. */
  now(): number;
  log(message: string, fields?: Readonly<Record<string, Json>>): void;
}

/** Answers one route. What it throws becomes the host's error answer, with the status of the error's code. */
export type HttpHandler<TConfig, TAccount, TQuery = unknown, TBody = unknown> = (
  request: HttpRequest<TQuery, TBody>,
  context: HttpContext<TConfig, TAccount>,
) => Promise<HttpAnswer>;

export type AnyHttpHandler = HttpHandler<any, any, any, any>; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schemas

/** The http part of a plugin: its routes by name, and a module with a handler for each. */
export interface HttpPart {
  readonly routes: Readonly<Record<string, HttpRoute>>;
  load(): Promise<{ readonly default: Readonly<Record<string, AnyHttpHandler>> }>;
}
