import { MusterError, changeProxy, restAccount } from '@muster/sdk';
import type { FailureKind, SiteFailure } from '../runner/failure.ts';
import { sitePaused, type PauseRules } from '../service/site-gate.ts';

/** What a try does about a failure. */
export type Decision =
  /** At once, from the first page. */
  'restart' | 'pause-site' | 'change-proxy' | 'fail' | 'later' | 'rest';

export interface Tries {
  /** Restarts of this try so far, by kind. */
  readonly restarts: ReadonlyMap<FailureKind, number>;
  readonly hasProxy: boolean;
  /** Anything came back through this way out in this try. */
  readonly heard: boolean;
}

/** From the first page again, within one try: what a person at the screen would do, too. */
const MOST_RESTARTS: Partial<Record<FailureKind, number>> = { network: 3, browser_gone: 5, session_expired: 2 };

/** One table for all failures. */
export function decide({ kind }: Pick<SiteFailure, 'kind'>, { restarts, hasProxy, heard }: Tries): Decision {
  switch (kind) {
    case 'rate_limited':
    case 'blocked':
      return 'pause-site';
    case 'proxy_fault':
      return 'change-proxy';
    case 'network':
      // A way out through which nothing ever came is its own fault.
      if (hasProxy && !heard) return 'change-proxy';
      break;
    case 'browser_gone':
    case 'session_expired':
      break;
    case 'captcha_exceeded':
      return 'rest';
    case 'site_down':
      return 'later';
    default:
      return 'fail';
  }
  return (restarts.get(kind) ?? 0) < (MOST_RESTARTS[kind] ?? 0) ? 'restart' : 'later';
}

/** How long an account rests whose captchas were refused too often. */
const CAPTCHA_REST_MS = 30 * 60_000;

/** Failures that no further try can mend: data, or a person, must change first. */
const FINAL: ReadonlySet<FailureKind> = new Set(['duplicate_email', 'duplicate_passport', 'field_invalid']);

const CODES: Readonly<Record<FailureKind, string>> = {
  duplicate_email: 'DUPLICATE_EMAIL',
  duplicate_passport: 'DUPLICATE_PASSPORT',
  field_invalid: 'FIELD_INVALID',
  captcha_rejected: 'CAPTCHA_REJECTED',
  captcha_exceeded: 'CAPTCHA_EXCEEDED',
  otp_invalid: 'OTP_INVALID',
  otp_expired: 'OTP_EXPIRED',
  session_expired: 'SESSION_EXPIRED',
  rate_limited: 'SITE_PAUSED',
  blocked: 'SITE_PAUSED',
  site_down: 'SITE_DOWN',
  network: 'NETWORK',
  proxy_fault: 'PROXY_FAULT',
  browser_gone: 'BROWSER_GONE',
  selector_missing: 'SELECTOR_MISSING',
  unknown: 'UNKNOWN_ANSWER',
};

export const PAUSES: Readonly<Record<'rate_limited' | 'blocked', PauseRules>> = {
  rate_limited: { baseMs: 30_000, mostMs: 3_600_000 },
  blocked: { baseMs: 300_000, mostMs: 6 * 3_600_000 },
};

/** The error that ends the try, with the remedy of the decision. */
export function endOf(
  failure: SiteFailure,
  decision: Exclude<Decision, 'restart'>,
  { site, pausedForMs, lastAttempt }: { readonly site: string; readonly pausedForMs: number; readonly lastAttempt: boolean },
): MusterError {
  const { kind, facts } = failure;
  const { message } = failure;
  const options = {
    cause: failure,
    status: 'bls_failed',
    details: {
      kind,
      ...(facts.page !== undefined && { page: facts.page }),
      ...(facts.selector !== undefined && { selector: facts.selector }),
    },
  };
  switch (decision) {
    case 'pause-site':
      return sitePaused(site, failure.message, pausedForMs);
    case 'change-proxy':
      return changeProxy(`${message}; another proxy is taken`, options);
    case 'rest':
      return restAccount(message, CAPTCHA_REST_MS, options);
    case 'later':
      // After its last try nothing brings it back by itself: it must be seen as failed.
      return new MusterError(CODES[kind], message, { ...options, remedy: lastAttempt ? 'retire-account' : 'retry' });
    default:
      return new MusterError(CODES[kind], FINAL.has(kind) ? message : `${message}. What was seen is kept as evidence.`, {
        ...options,
        remedy: 'retire-account',
      });
  }
}
