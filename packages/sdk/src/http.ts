import type { z } from 'zod';
import type { AccountAccess, JobAccess } from './account-access.ts';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';
import type { PluginService } from './plugin-runtime.ts';
import type { SessionAccess } from './session.ts';

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
  /** Of the body, which is then read as JSON whatever its content-type says. */
  readonly body?: z.ZodType;
  /** For the description in /openapi.json. */
  readonly response?: z.ZodType;
}

/** What a handler may touch beside the request. Leases that it takes and does not hand out end with the answer. */
export interface HttpContext<TConfig, TAccount, TQuery = unknown, TBody = unknown> {
  /** By the names in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** As the schema of the route has it; every value as text where there is none. */
  readonly query: TQuery;
  /** As the schema of the route has it, and then read already; `undefined` where there is none: the request holds it. */
  readonly body: TBody;
  /** The name of the token, or `local`. */
  readonly actor: string;
  readonly config: TConfig;
  readonly pool: PoolAccess<TAccount>;
  readonly accounts: AccountAccess<TAccount>;
  readonly jobs: JobAccess;
  /** As far as the caller's token reaches: others are not there for it. */
  readonly sessions: SessionAccess;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, from the host's clock. */
  now(): number;
  log(message: string, fields?: Readonly<Record<string, Json>>): void;
  service<TService extends PluginService>(): Promise<TService>;
}

/**
 * Answers one route. A body that streams keeps the context alive until it has ended. What a handler throws becomes the
 * host's error answer, with the status of the error's code.
 */
export type HttpHandler<TConfig, TAccount, TQuery = unknown, TBody = unknown> = (
  request: Request,
  context: HttpContext<TConfig, TAccount, TQuery, TBody>,
) => Promise<Response>;

export type AnyHttpHandler = HttpHandler<any, any, any, any>; // eslint-disable-line typescript/no-explicit-any -- erased: the host validates by the schemas

/** Why a request is refused, as the host would say it. */
export interface HttpRefusal {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** The http part of a plugin: its routes by name, and a module with a handler for each. */
export interface HttpPart {
  readonly routes: Readonly<Record<string, HttpRoute>>;
  /**
   * The JSON of a refusal, where who calls these paths knows a shape of its own; also of what the host refuses before any handler
   * is asked, such as a call without a token. Default: `{error: {code, message}}`.
   */
  readonly refusal?: (refusal: HttpRefusal) => Readonly<Record<string, Json>>;
  load(): Promise<{ readonly default: Readonly<Record<string, AnyHttpHandler>> }>;
}
