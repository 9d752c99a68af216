import { createSseReader } from '../wire/sse-reader.ts';
import { errorFrom, K2ThinkError } from './errors.ts';
import type { ChatCompletion, ChatCompletionChunk, ChatRequestBody, Stats } from './types.ts';

export interface ClientOptions {
  /** The gateway of a running host. Default: `$MUSTER_GATEWAY_URL`, else `http://127.0.0.1:8790/v1`. */
  readonly baseURL?: string;
  /** A token of the host that may operate. Default: `$MUSTER_TOKEN`. */
  readonly token?: string;
  /** Of a host in this process (`openMuster` of the package muster): no gateway and no token are needed. */
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

const GATEWAY = 'http://127.0.0.1:8790/v1';
/** The gateway's paths on a host's own doors. */
const WITHIN = 'http://muster/k2think/v1';

interface Completions {
  create(body: ChatRequestBody & { readonly stream: true }, options?: CallOptions): Promise<AsyncIterable<ChatCompletionChunk>>;
  create(body: ChatRequestBody & { readonly stream?: false }, options?: CallOptions): Promise<ChatCompletion>;
  create(body: ChatRequestBody, options?: CallOptions): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>>;
}

/** One client over all accounts of a roster: rotation, limits and retries are the host's. Rejects with `K2ThinkError`. */
export class K2ThinkMultiClient {
  readonly chat: { readonly completions: Completions };
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: NonNullable<ClientOptions['fetch']>;

  constructor({ baseURL, token, fetch: reach }: ClientOptions = {}) {
    const { MUSTER_GATEWAY_URL, MUSTER_TOKEN } = process.env;
    const base = baseURL ?? (reach ? WITHIN : (MUSTER_GATEWAY_URL ?? GATEWAY));
    const key = token ?? (reach ? undefined : MUSTER_TOKEN);
    this.#base = base.replace(/\/+$/, '');
    this.#headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
    this.#fetch = reach ?? globalThis.fetch;
    const create = (body: ChatRequestBody, options: CallOptions = {}): Promise<never> =>
      this.#create(body, options) as Promise<never>;
    this.chat = { completions: { create } };
  }

  /** Figures of the gateway since it was opened. */
  async getStats(): Promise<Stats> {
    return (await (await this.#call('/muster/stats', { method: 'GET' })).json()) as Stats;
  }

  /** Forgets what was counted and every cooldown, for all accounts. */
  async resetRateLimits(): Promise<void> {
    await (await this.#call('/muster/reset', { method: 'POST' })).json();
  }

  async #create(body: ChatRequestBody, options: CallOptions): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>> {
    const response = await this.#call('/chat/completions', { method: 'POST', body: JSON.stringify(body), ...options });
    if (body.stream !== true) return (await response.json()) as ChatCompletion;
    return chunksOf(response);
  }

  async #call(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(`${this.#base}${path}`, { ...init, headers: this.#headers });
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause;
      throw new K2ThinkError('GATEWAY_GONE', `No gateway answers at ${this.#base}; \`muster run k2think.gateway\` opens one.`, {
        cause,
      });
    }
    if (response.ok) return response;
    const value: unknown = await response.json().catch(() => undefined);
    throw errorFrom(value, response.status, response.headers.get('x-request-id') ?? undefined);
  }
}

/** The chunks of a stream; leaving the loop early ends the request. */
async function* chunksOf(response: Response): AsyncGenerator<ChatCompletionChunk> {
  const reader = createSseReader();
  const decoder = new TextDecoder();
  const requestId = response.headers.get('x-request-id') ?? undefined;
  for await (const bytes of response.body ?? []) {
    reader.feed(decoder.decode(bytes, { stream: true }));
    for (let event = reader.next(); event; event = reader.next()) {
      const { data } = event;
      if (data === undefined) continue;
      if (data === '[DONE]') return;
      const chunk = JSON.parse(data) as ChatCompletionChunk & { readonly error?: unknown };
      if (chunk.error !== undefined) throw errorFrom(chunk, response.status, requestId);
      yield chunk;
    }
  }
  throw new K2ThinkError('STREAM_BROKE_OFF', 'The stream ended before the answer did.', { requestId });
}
