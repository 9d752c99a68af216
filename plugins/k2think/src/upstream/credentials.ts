import { MusterError, type Account } from '@muster/sdk';
import type { Account as Data } from '../schemas.ts';
import { signIn, type Token } from './sign-in.ts';

/** What goes into the `authorization` header of one account. */
export interface Credential {
  readonly header: string;
  /** The service took it once. */
  proven: boolean;
  readonly until: number;
}

/** API keys, and the tokens of sign-ins: kept until they end, one sign-in at a time for an account. */
export interface Credentials {
  /** What is known already, without waiting. */
  peek(account: Account<Data>): Credential | undefined;
  /** Signs in where needed; rejects as `signIn` does. */
  of(account: Account<Data>): Promise<Credential>;
  /** The service took it no more. */
  drop(account: Account<Data>, credential: Credential): void;
}

interface SignedIn extends Credential {
  readonly name: string;
  readonly password: string;
}

export function createCredentials(deps: {
  readonly webUrl: () => string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}): Credentials {
  const { webUrl, now } = deps;
  // By the account as it stands: another key makes another object.
  const known = new WeakMap<Account<Data>, Credential>();
  const sessions = new Map<string, SignedIn>();
  const running = new Map<string, Promise<SignedIn>>();

  const fresh = (credential: Credential): boolean => credential.until > now();
  const session = async (account: Account<Data>): Promise<SignedIn> => {
    const { name } = account.data;
    const password = await account.secret('password');
    if (password === undefined) throw new MusterError('BAD_INPUT', `The sign-in ${account.label} has no password.`);
    const before = sessions.get(account.id);
    if (before && before.name === name && before.password === password && fresh(before)) return before;
    const token: Token = await signIn({ webUrl: webUrl(), email: name, password }, { fetch: deps.fetch, now });
    const credential = { header: `Bearer ${token.text}`, proven: false, until: token.until, name, password };
    sessions.set(account.id, credential);
    return credential;
  };

  return {
    peek(account) {
      const credential = known.get(account);
      return credential && fresh(credential) ? credential : undefined;
    },
    async of(account) {
      let credential: Credential;
      if (account.data.kind === 'sign-in') {
        const mine = running.get(account.id) ?? session(account).finally(() => running.delete(account.id));
        running.set(account.id, mine);
        credential = await mine;
      } else {
        const key = await account.secret('apiKey');
        if (key === undefined || key === '') throw new MusterError('BAD_INPUT', `${account.label} has no API key.`);
        credential = { header: `Bearer ${key}`, proven: false, until: Infinity };
      }
      known.set(account, credential);
      return credential;
    },
    drop(account, credential) {
      if (known.get(account) === credential) known.delete(account);
      if (sessions.get(account.id) === credential) sessions.delete(account.id);
    },
  };
}
