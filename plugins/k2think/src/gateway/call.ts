import type { RequestRotation } from '@muster/sdk';
import type { Account, Config, Kind } from '../schemas.ts';
import type { Credentials } from '../upstream/credentials.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { GatewayError } from './answer-error.ts';
import type { Base } from './base.ts';
import type { ChatRequest } from './chat-request.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { Reply } from './reply.ts';

export interface CallDependencies {
  readonly rotation: RequestRotation<Account>;
  readonly credentials: Credentials;
  readonly upstream: Upstream;
  readonly bases: Readonly<Record<Kind, Base>>;
  readonly log: GatewayLog;
  config(): Config;
  now(): number;
  random(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** `x-ratelimit-*` of the whole roster. */
  limitHeaders(): Readonly<Record<string, string>>;
  /** Accounts that are not to be asked. */
  readonly except?: ReadonlySet<string>;
  /** Accounts whose last answer was 429: a call that was moved on once goes to others first. */
  readonly suspects: Set<string>;
}

/** One client's request on its way. */
export interface Call {
  readonly request: ChatRequest;
  readonly reply: Reply;
  attempts: number;
  /** No retry is left after this attempt. */
  last: boolean;
  /** What ends the attempt that runs, when the client goes away; undefined: nothing has to be ended. */
  whenGone(end: (() => void) | undefined): void;
}

/** How one attempt ended. */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'give-up'; readonly error: GatewayError }
  /** Nothing has reached the client: it may be tried again, and ends with this error if not. */
  | {
      readonly kind: 'again';
      readonly error: GatewayError;
      /** Costs none of the retries, once. */
      readonly free?: boolean;
      /** Trouble of the service: not at once. */
      readonly pause?: boolean;
    };
