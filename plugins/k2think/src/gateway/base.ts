import { createBreaker, type Breaker } from '../upstream/breaker.ts';
import { addressOf, type Address } from '../upstream/upstream.ts';
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
  chat(): Address;
  models(): Address;
  readonly streams: boolean;
  refusedStream(): void;
}

export function createBase(kind: Kind, config: () => Config, now: () => number): Base {
  const breaker = createBreaker(() => ({ failures: config().breakerFailures, restMs: config().breakerRestMs }), now);
  const root = (): string => (kind === 'sign-in' ? `${config().webUrl}/api` : config().baseUrl);
  let noStreamsUntil = 0;
  let chat: { readonly root: string; readonly address: Address } | undefined;
  return {
    kind,
    breaker,
    shut: new Set(),
    used: false,
    chat() {
      const now = root();
      if (chat?.root !== now) chat = { root: now, address: addressOf(`${now}/chat/completions`) };
      return chat.address;
    },
    models: () => addressOf(`${root()}/models`),
    get streams() {
      return now() >= noStreamsUntil;
    },
    refusedStream() {
      noStreamsUntil = now() + NO_STREAMS_MS;
    },
  };
}
