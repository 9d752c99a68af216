import { MusterError, restAccount, retireAccount, retryLater } from '@muster/sdk';
import { z } from 'zod';
import { classify } from '../wire/classify.ts';
import { readSaid } from '../wire/detail.ts';
import { retryAfterMs } from '../wire/retry-after.ts';

const DAY_MS = 86_400_000;
/** Before its end a token is given up so early that no request meets the end. */
const MARGIN_MS = 60_000;
/** What Open WebUI counts sign-ins in, and does not tell. */
const SIGN_IN_BUCKET_MS = 60_000;

export interface Token {
  readonly text: string;
  /** It is used until then (ms since the epoch). */
  readonly until: number;
}

const Session = z.object({
  token: z.string().optional(),
  expires_at: z.number().nullish(),
  role: z.string().optional(),
});

/** When a JWT ends, in ms since the epoch; undefined when it does not say. */
export function jwtEnd(token: string): number | undefined {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

function lifeOf(token: string, expiresAt: number | null | undefined, now: number): number {
  const ends = [jwtEnd(token), typeof expiresAt === 'number' ? expiresAt * 1_000 : undefined].filter((end) => end !== undefined);
  const end = Math.min(now + DAY_MS, ...ends);
  // A short life is used but for its last tenth.
  return end - Math.min(MARGIN_MS, Math.max(0, (end - now) / 10));
}

/**
 * Signs in at the web API. Refused credentials and an account that was not let in retire it (status `invalid`, `blocked`); too
 * many sign-ins rest it; trouble of the service is to be tried again.
 */
export async function signIn(
  { webUrl, email, password }: { readonly webUrl: string; readonly email: string; readonly password: string },
  { fetch: reach, now, signal }: { readonly fetch: typeof fetch; readonly now: () => number; readonly signal?: AbortSignal },
): Promise<Token> {
  let response: Response;
  let body: string;
  try {
    response = await reach(`${webUrl}/api/v1/auths/signin`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ email, password }),
      redirect: 'manual',
      ...(signal && { signal }),
    });
    body = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw retryLater(`The sign-in service ${new URL(webUrl).host} does not answer.`, { cause: undefined });
  }
  const { status } = response;
  const said = readSaid(body);
  if (status === 400) throw retireAccount('INVALID_CREDENTIALS', said.message, { status: 'invalid' });
  if (status < 200 || status > 299) {
    const fault = classify(status, said);
    if (fault.kind === 'rate-limited') {
      const wait = retryAfterMs(Object.fromEntries(response.headers), now()) ?? SIGN_IN_BUCKET_MS;
      throw restAccount(`Too many sign-ins: ${said.message}`, wait, { status: 'rate-limited' });
    }
    if (fault.kind === 'blocked') throw retireAccount('ACCOUNT_BLOCKED', fault.why, { status: 'blocked' });
    if (fault.kind === 'unauthorized') throw retireAccount('INVALID_CREDENTIALS', said.message, { status: 'invalid' });
    if (fault.kind === 'service') throw retryLater(`The sign-in service answered ${status}: ${said.message}`);
    throw new MusterError('SIGN_IN_REFUSED', `The sign-in service answered ${status}: ${said.message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  const session = Session.safeParse(value);
  const cookie = response.headers.getSetCookie().flatMap((line) => /^token=([^;]+)/.exec(line)?.[1] ?? [])[0];
  const text = session.data?.token ?? cookie;
  if (text === undefined || !/^[\x21-\x7e]+$/.test(text)) throw retryLater('The sign-in service answered without a token.');
  if (session.data?.role === 'pending')
    throw retireAccount('ACCOUNT_BLOCKED', 'The service has not let this account in yet (role "pending").', {
      status: 'blocked',
    });
  return { text, until: lifeOf(text, session.data?.expires_at, now()) };
}
