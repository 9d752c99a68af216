import { createBreaker, type Breaker } from '../upstream/breaker.ts';
import type { Config, Kind } from '../schemas.ts';

/** For so long a service that refused a stream is asked for whole answers. */
const NO_STREAMS_MS = 600_000;

/** One of the two services behind the gateway: its addresses, and how it fares. */
export interface Base {
  readonly kind: Kind;
  readonly breaker: Breaker;
  /** Accounts that were met while it was left alone. */
  readonly shut: Set<string>;
  /** At least one account of this kind was met. */
  used: boolean;
  chatUrl(): URL;
  modelsUrl(): URL;
  readonly streams: boolean;
  refusedStream(): void;
}

export function createBase(kind: Kind, config: () => Config, now: () => number): Base {
  const breaker = createBreaker(() => ({ failures: config().breakerFailures, restMs: config().breakerRestMs }), now);
  const root = (): string => (kind === 'sign-in' ? `${config().webUrl}/api` : config().baseUrl);
  let noStreamsUntil = 0;
  let chat = { root: '', url: new URL('http://127.0.0.1') };
  return {
    kind,
    breaker,
    shut: new Set(),
    used: false,
    chatUrl() {
      if (chat.root !== root()) chat = { root: root(), url: new URL(`${root()}/chat/completions`) };
      return chat.url;
    },
    modelsUrl: () => new URL(`${root()}/models`),
    get streams() {
      return now() >= noStreamsUntil;
    },
    refusedStream() {
      noStreamsUntil = now() + NO_STREAMS_MS;
    },
  };
}
