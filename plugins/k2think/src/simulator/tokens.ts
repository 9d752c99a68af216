import { createHmac, randomUUID } from 'node:crypto';

interface Issued {
  readonly email: string;
  readonly endsAt: number | null;
  uses: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** JWTs as Open WebUI makes them: `{id, exp?, jti}`, HS256. */
export interface Tokens {
  issue(email: string, lifeMs: number): { readonly token: string; readonly expiresAt: number | null };
  /** Whose it is, if it still holds; counts one use. */
  use(token: string, maxUses: number): string | undefined;
}

export function createTokens(): Tokens {
  const issued = new Map<string, Issued>();
  const key = randomUUID();
  return {
    issue(email, lifeMs) {
      const endsAt = lifeMs === 0 ? null : Date.now() + lifeMs;
      const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
        id: email,
        jti: randomUUID(),
        ...(endsAt !== null && { exp: Math.floor(endsAt / 1_000) }),
      })}`;
      const token = `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
      issued.set(token, { email, endsAt, uses: 0 });
      return { token, expiresAt: endsAt === null ? null : Math.floor(endsAt / 1_000) };
    },
    use(token, maxUses) {
      const found = issued.get(token);
      if (!found) return undefined;
      if ((found.endsAt !== null && found.endsAt <= Date.now()) || (maxUses > 0 && found.uses >= maxUses)) {
        issued.delete(token);
        return undefined;
      }
      found.uses++;
      return found.email;
    },
  };
}
