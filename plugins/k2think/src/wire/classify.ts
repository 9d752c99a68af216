import type { Said } from './detail.ts';

/** Whose fault an answer is, and so what follows. */
export type Fault =
  /** The request itself: passed on, nobody is blamed, nothing is tried again. */
  | { readonly kind: 'request' }
  /** The account has to wait. */
  | { readonly kind: 'rate-limited' }
  /** The token of a sign-in has ended: sign in anew, once. For an API key: it is refused. */
  | { readonly kind: 'unauthorized' }
  /** The service will not have this account. */
  | { readonly kind: 'blocked'; readonly why: string }
  /** The service is in trouble: no account is blamed. */
  | { readonly kind: 'service' };

const RATE_WORDS = /rate.?limit|too many|quota|slow down|throttl/i;
/** An account that a person at the service has not let in yet, in the words of Open WebUI. */
const NOT_LET_IN =
  /permission to access this resource|contact your administrator|account.*(?:pending|suspended|disabled|banned)/i;

/**
 * Classifies an answer that is not 2xx. 403 counts as a rate limit only where its words say so; 5xx, 408 and 425 are the
 * service's; all other 4xx are the request's. A 3xx is the service's too: an API does not redirect.
 */
export function classify(status: number, said: Said): Fault {
  const words = `${said.message} ${said.type ?? ''} ${said.code ?? ''}`;
  if (status === 429) return { kind: 'rate-limited' };
  if (status === 403) return RATE_WORDS.test(words) ? { kind: 'rate-limited' } : { kind: 'blocked', why: said.message };
  if (status === 401) return NOT_LET_IN.test(words) ? { kind: 'blocked', why: said.message } : { kind: 'unauthorized' };
  if (status >= 500 || status === 408 || status === 425 || status < 400) return { kind: 'service' };
  return { kind: 'request' };
}
