import { MusterError, restAccount, retireAccount, retryLater, type Account as Known } from '@muster/sdk';
import type { Account, Config } from '../schemas.ts';
import { signIn } from '../upstream/sign-in.ts';
import { classify } from '../wire/classify.ts';
import { readSaid } from '../wire/detail.ts';
import { retryAfterMs } from '../wire/retry-after.ts';

export interface CheckContext {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  now(): number;
}

const HEAD = { accept: 'application/json', 'user-agent': 'muster' };

/**
 * Asks the service whether it takes an account, by listing its models: nothing is spent. Resolves to how many there are;
 * refused credentials retire the account as `invalid`, one that the service will not have as `blocked`.
 */
export async function checkCredentials(account: Known<Account>, config: Config, context: CheckContext): Promise<number> {
  const { fetch: reach, signal, now } = context;
  const isKey = account.data.kind === 'api-key';
  const secret = await account.secret(isKey ? 'apiKey' : 'password');
  if (secret === undefined || secret === '')
    throw retireAccount('INVALID_CREDENTIALS', `${account.label} has no ${isKey ? 'API key' : 'password'}.`, {
      status: 'invalid',
    });
  const bearer = isKey
    ? secret
    : (await signIn({ webUrl: config.webUrl, email: account.data.name, password: secret }, { fetch: reach, now, signal })).text;
  const url = isKey ? `${config.baseUrl}/models` : `${config.webUrl}/api/models`;
  let response: Response;
  let text: string;
  try {
    response = await reach(url, { headers: { ...HEAD, authorization: `Bearer ${bearer}` }, redirect: 'manual', signal });
    text = await response.text();
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw retryLater(`${new URL(url).host} does not answer.`);
  }
  const { status } = response;
  if (status === 200) {
    const { data } = (JSON.parse(text) as { data?: unknown } | null) ?? {};
    return Array.isArray(data) ? data.length : 0;
  }
  const said = readSaid(text);
  const fault = classify(status, said);
  switch (fault.kind) {
    case 'rate-limited': {
      const wait = retryAfterMs(Object.fromEntries(response.headers), now()) ?? config.cooldownMs;
      throw restAccount(said.message, wait, { status: 'rate-limited' });
    }
    case 'unauthorized':
      throw isKey
        ? retireAccount('INVALID_CREDENTIALS', said.message, { status: 'invalid' })
        : retireAccount('ACCOUNT_BLOCKED', said.message, { status: 'blocked' });
    case 'blocked':
      throw retireAccount('ACCOUNT_BLOCKED', fault.why, { status: 'blocked' });
    case 'service':
      throw retryLater(`${new URL(url).host} answered ${status}: ${said.message}`);
    default:
      throw new MusterError(
        'SERVICE_REFUSED',
        `${new URL(url).host} answered ${status}: ${said.message} Look at the settings baseUrl and webUrl.`,
      );
  }
}
