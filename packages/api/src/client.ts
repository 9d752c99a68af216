import type { z } from 'zod';
import { ApiError, connectionError, errorOf } from './api-error.ts';
import type { Fetch } from './fetch.ts';
import { readLines } from './lines.ts';
import { PATHS, type OperationId } from './paths.ts';
import type { RouteDefinition } from './route-definition.ts';
import type { Routes } from './routes.ts';
import { readServerEvents } from './server-events.ts';

type Part<R, K extends keyof RouteDefinition> = R extends { [P in K]: infer S extends z.ZodType } ? z.input<S> : undefined;
/** Parts with a field that must be given, then those that may be left out. */
type Needed<T> = { [K in keyof T as T[K] extends undefined ? never : Partial<T[K]> extends T[K] ? never : K]: T[K] };
type Spare<T> = { [K in keyof T as T[K] extends undefined ? never : Partial<T[K]> extends T[K] ? K : never]?: T[K] };
type Parts<T> = Needed<T> & Spare<T>;

/** The arguments of an operation: only those parts that its route has. */
export type CallArguments<Id extends OperationId> = Parts<{
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

export interface ClientOptions {
  readonly fetch: Fetch;
  /** Default `http://localhost`, which a socket's `fetch` does not look at. */
  readonly baseUrl?: string;
  /** A bearer token, for TCP. */
  readonly token?: string;
}

interface Request {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly upload?: AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** The address of an operation; refuses what would change the path instead of filling it. */
export function urlOf(baseUrl: string, path: string, { params = {}, query = {} }: Pick<Request, 'params' | 'query'>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = text(params[name]);
    if (value === '' || value === '.' || value === '..') throw new ApiError('BAD_INPUT', `"${value}" is not a possible ${name}.`);
    return encodeURIComponent(value.toWellFormed());
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, text(value));
  const question = search.size === 0 ? '' : `?${search.toString()}`;
  return baseUrl.replace(/\/$/, '') + filled + question;
}

/** The same values, and what the source failed with. */
function watchSource<T>(source: AsyncIterable<T>): {
  readonly values: AsyncIterable<T>;
  readonly failure: () => { readonly thrown: unknown } | undefined;
} {
  let failure: { readonly thrown: unknown } | undefined;
  const values = async function* (): AsyncGenerator<T> {
    try {
      yield* source;
    } catch (thrown) {
      failure = { thrown };
      throw thrown;
    }
  };
  return { values: values(), failure: () => failure };
}

export function createClient({ fetch, baseUrl = 'http://localhost', token }: ClientOptions): Client {
  const send = async (operation: OperationId, request: Request): Promise<Response> => {
    const [method = '', path = ''] = PATHS[operation].split(' ');
    const headers: Record<string, string> = {};
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const init: RequestInit & { duplex?: 'half' } = { method, headers };
    if (request.upload) {
      headers['content-type'] = 'application/octet-stream';
      init.body = ReadableStream.from(request.upload);
      init.duplex = 'half';
    } else if (request.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(request.body);
    }
    if (request.signal) init.signal = request.signal;
    const url = urlOf(baseUrl, path, request);
    const response = await fetch(url, init).catch((thrown: unknown) => {
      throw connectionError(thrown, request.signal);
    });
    if (response.status >= 400) throw await errorOf(response);
    return response;
  };

  async function* read(operation: OperationId, request: Request): AsyncGenerator {
    const upload = request.upload && watchSource(request.upload);
    try {
      const response = await send(operation, { ...request, upload: upload?.values });
      if (!response.body) return;
      const events = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      yield* events ? readServerEvents(response.body) : readLines(response.body);
    } catch (thrown) {
      // A file that could not be read further looks like a lost connection from here on.
      const failure = upload?.failure();
      throw failure === undefined ? connectionError(thrown, request.signal) : failure.thrown;
    }
  }

  return {
    async call(operation, args, signal) {
      const response = await send(operation, { ...(args as Request), signal });
      try {
        return (await response.json()) as CallResult<typeof operation>;
      } catch (thrown) {
        throw connectionError(thrown, signal);
      }
    },
    stream: (operation, args, options = {}) =>
      read(operation, { ...(args as Request), ...options }) as AsyncIterable<CallResult<typeof operation>>,
    bytes: (operation, args, signal) => send(operation, { ...(args as Request), signal }),
    close: async () => fetch.close?.(),
  };
}
