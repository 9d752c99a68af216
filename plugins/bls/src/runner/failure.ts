import { MusterError } from '@muster/sdk';
import type { ErrorClass } from '../profile/site-profile.ts';

export type FailureKind =
  | ErrorClass
  /** A connection broke, or an answer did not come. */
  | 'network'
  | 'proxy_fault'
  | 'browser_gone'
  /** The page is not as the profile says. */
  | 'selector_missing'
  /** The site said something that no rule knows. */
  | 'unknown';

export interface FailureFacts {
  readonly page?: string | undefined;
  readonly step?: string;
  readonly selector?: string;
  /** What the site answered, as it came. */
  readonly response?: string;
  readonly status?: number;
  readonly retryAfterMs?: number | undefined;
}

/** A step that did not come to its end. What follows from it is decided in one place, `after-failure.ts`. */
export class SiteFailure extends Error {
  readonly kind: FailureKind;
  readonly facts: FailureFacts;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SiteFailure';
    this.kind = kind;
    this.facts = facts;
  }
}

const PROXY_ERRORS =
  /ERR_(PROXY_CONNECTION_FAILED|TUNNEL_CONNECTION_FAILED|SOCKS_CONNECTION_FAILED|SOCKS_CONNECTION_HOST_UNREACHABLE|NO_SUPPORTED_PROXIES|PROXY_AUTH_UNSUPPORTED|PROXY_AUTH_REQUESTED|PROXY_CERTIFICATE_INVALID|INVALID_AUTH_CREDENTIALS|MANDATORY_PROXY_CONFIGURATION_FAILED|UNEXPECTED_PROXY_AUTH)/;
const GONE =
  /Target closed|Session closed|Connection closed|detached Frame|frame was detached|Page crashed|browser has disconnected|Target\.createTarget|Target crashed|Most likely the page has been closed/i;

/** Statuses that the local end of a proxy answers with; resets may as well come from the site behind it. */
const PROXY_STATUSES = new Set([407, 590, 593, 594, 597, 599]);
const BROKEN_STATUSES = new Set([592, 595, 596]);

/** What a status means before the profile's rules are asked. */
export const transportKind = (status: number): 'proxy_fault' | 'network' | undefined =>
  PROXY_STATUSES.has(status) ? 'proxy_fault' : BROKEN_STATUSES.has(status) ? 'network' : undefined;

/** What a browser library threw, as a failure. */
export function toFailure(thrown: unknown, facts: FailureFacts): SiteFailure {
  if (thrown instanceof SiteFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const kind = GONE.test(message)
    ? 'browser_gone'
    : PROXY_ERRORS.test(message)
      ? 'proxy_fault'
      : /not a valid selector/.test(message)
        ? 'selector_missing'
        : 'network';
  return new SiteFailure(kind, message.split('\n')[0] ?? message, facts, { cause: thrown });
}

/** Not a failure of the site: the task was stopped, or the host said something. */
export const isStop = (thrown: unknown): boolean =>
  thrown instanceof Error && (thrown.name === 'AbortError' || thrown instanceof MusterError);
