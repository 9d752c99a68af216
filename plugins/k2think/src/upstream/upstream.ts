import { Pool, type Dispatcher } from 'undici';
import type { Headers } from '../wire/retry-after.ts';

/** Where a request goes; taken apart once, not at each request. */
export interface Address {
  readonly origin: string;
  readonly host: string;
  /** With the query. */
  readonly path: string;
}

export const addressOf = (text: string): Address => {
  const { origin, host, pathname, search } = new URL(text);
  return { origin, host, path: pathname + search };
};

export interface UpstreamRequest {
  readonly to: Address;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Until the head of the answer, and between two pieces of it. */
  readonly headMs: number;
  readonly idleMs: number;
}

/** Who hears the answer, in this order; after `end` or `failed` nothing more. */
export interface UpstreamListener {
  /** It has a connection, and is being written. */
  left(): void;
  head(status: number, headers: Headers): void;
  data(bytes: Buffer): void;
  end(): void;
  failed(why: UpstreamFailure): void;
}

export interface UpstreamFailure {
  readonly message: string;
  /** It waited in vain: a second try would wait as long. */
  readonly timeout: boolean;
  /** No connection came about: the request never left. */
  readonly unsent: boolean;
}

export interface UpstreamExchange {
  /** Ends it; the listener hears nothing more. */
  abort(): void;
  pause(): void;
  resume(): void;
}

/** Connections to the service, kept alive and used anew. */
export interface Upstream {
  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamExchange;
  close(): Promise<void>;
}

const CONNECT_MS = 15_000;
const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name could not be looked up',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped',
  UND_ERR_CLOSED: 'muster is stopping',
  UND_ERR_DESTROYED: 'muster is stopping',
};

const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

function failureOf(error: Error & { readonly code?: string }, host: string): UpstreamFailure {
  const code = error.code ?? '';
  return {
    message: `${host}: ${WHY[code] ?? (code || error.message)}`,
    timeout: code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT',
    unsent: UNSENT.has(code),
  };
}

export function createUpstream(): Upstream {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known) return known;
    // As many connections as requests run: the rotation bounds them, and no request waits unseen.
    const pool = new Pool(origin, { pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: CONNECT_MS } });
    pools.set(origin, pool);
    return pool;
  };
  return {
    send({ to, method, headers, body, headMs, idleMs }, listener) {
      let controller: Dispatcher.DispatchController | undefined;
      /** Undefined once it is over: the connection keeps its last request for a while, and with it all that this one holds. */
      let hears: UpstreamListener | undefined = listener;
      const over = (): UpstreamListener | undefined => {
        const last = hears;
        hears = undefined;
        return last;
      };
      const givenUp = (): Error => new Error('the request was given up');
      poolOf(to.origin).dispatch(
        {
          path: to.path,
          method,
          headers,
          ...(body && { body }),
          headersTimeout: headMs,
          bodyTimeout: idleMs,
        },
        {
          onRequestStart(given) {
            controller = given;
            if (hears) hears.left();
            else given.abort(givenUp());
          },
          onResponseStart(_, status, answered) {
            // 1xx tells nothing yet.
            if (status >= 200) hears?.head(status, answered);
          },
          onResponseData: (_, bytes) => hears?.data(bytes),
          onResponseEnd: () => over()?.end(),
          onResponseError: (_, error) => over()?.failed(failureOf(error, to.host)),
        },
      );
      return {
        abort() {
          over();
          controller?.abort(givenUp());
        },
        pause: () => controller?.pause(),
        resume: () => controller?.resume(),
      };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}
