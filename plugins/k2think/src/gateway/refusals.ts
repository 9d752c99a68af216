import type { Account as Known, Served, SlotOutcome } from '@muster/sdk';
import type { Account } from '../schemas.ts';
import type { Credential } from '../upstream/credentials.ts';
import { classify } from '../wire/classify.ts';
import type { Said } from '../wire/detail.ts';
import { errorType } from '../wire/openai-error.ts';
import { retryAfterMs, type Headers } from '../wire/retry-after.ts';
import type { GatewayError } from './answer-error.ts';
import type { Base } from './base.ts';
import type { CallDependencies, Verdict } from './call.ts';

/** A request that was sent, as far as a refusal is judged by it. */
export interface Sent {
  readonly account: Known<Account>;
  readonly base: Base;
  readonly credential: Credential;
  /** The service was asked for a stream. */
  readonly streamed: boolean;
}

/** An answer that is not 2xx, or an error within a stream. */
export interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly said: Said;
  readonly served: (error: string) => Served;
}

/** What follows for the account, and then for the call. */
export interface Refusal {
  readonly outcome: SlotOutcome;
  /** Asked for once the account is given back. */
  verdict(): Verdict;
}

const NO_STREAM = /stream/i;

/** The account rests, and others are asked. */
export function rateLimited(deps: CallDependencies, { account }: Sent, { headers, said, served }: Refused): Refusal {
  const { rotation, now, log, suspects, config, except } = deps;
  log.count('rateLimitHits');
  suspects.add(account.id);
  const wait = retryAfterMs(headers, now()) ?? config().cooldownMs;
  const [code, type, status] = ['RATE_LIMIT_EXCEEDED', 'rate_limit_error', 429] as const;
  return {
    outcome: { kind: 'rest', until: now() + wait, status: 'rate-limited', why: said.message, served: served(code) },
    verdict() {
      const next = rotation.nextAt();
      const wanted = next === null || except ? wait : Math.max(0, next - now());
      return { kind: 'again', error: { status, code, type, message: said.message, accountId: account.id, retryAfterMs: wanted } };
    },
  };
}

function retired(
  deps: CallDependencies,
  { account }: Sent,
  how: { readonly word: 'invalid' | 'blocked'; readonly why: string; readonly served: Refused['served'] },
): Refusal {
  const { word, why, served } = how;
  deps.suspects.delete(account.id);
  const code = word === 'invalid' ? 'INVALID_CREDENTIALS' : 'ACCOUNT_BLOCKED';
  return {
    outcome: { kind: 'failed', status: word, why, served: served(code) },
    verdict: () => ({ kind: 'again', error: { status: 401, code, message: why, accountId: account.id } }),
  };
}

/** Whose fault it is that the service refuses. Undefined: its own. */
export function refusalOf(deps: CallDependencies, sent: Sent, refused: Refused): Refusal | undefined {
  const { account, base, credential } = sent;
  const { status, said, served } = refused;
  const accountId = account.id;
  const fault = classify(status, said);
  if (fault.kind === 'service') return undefined;
  base.breaker.ok();
  if (fault.kind === 'rate-limited') return rateLimited(deps, sent, refused);
  if (fault.kind === 'blocked') return retired(deps, sent, { word: 'blocked', why: fault.why, served });
  if (fault.kind === 'unauthorized') {
    deps.credentials.drop(account, credential);
    if (account.data.kind === 'api-key') return retired(deps, sent, { word: 'invalid', why: said.message, served });
    if (!credential.proven) {
      const why = `the service refuses a token that it has just given: ${said.message}`;
      return retired(deps, sent, { word: 'blocked', why, served });
    }
    // The token has ended: whoever has the account next signs in anew.
    const error = { status: 401, code: 'SESSION_ENDED', message: said.message, accountId };
    return { outcome: { kind: 'used', served: served(error.code) }, verdict: () => ({ kind: 'again', free: true, error }) };
  }
  const { message, code, param, type = errorType(status) } = said;
  const error: GatewayError = { status, message, type, code, param, accountId };
  const noStreams = sent.streamed && status === 400 && NO_STREAM.test(message);
  if (noStreams) base.refusedStream();
  return {
    outcome: { kind: 'used', served: served(code ?? String(status)) },
    verdict: () => (noStreams ? { kind: 'again', free: true, error } : { kind: 'give-up', error }),
  };
}

/** What the service's own trouble is called. */
export function troubleOf({ kind }: Base, { status, said }: Refused): string {
  if (status < 400)
    return `The service redirects (${status}): it is elsewhere than setting ${kind === 'sign-in' ? 'webUrl' : 'baseUrl'} says.`;
  return said.message;
}
