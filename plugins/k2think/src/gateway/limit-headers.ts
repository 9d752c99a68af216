import type { RequestRotation, RotationBudget } from '@muster/sdk';

const KEPT_MS = 1_000;

/** `x-ratelimit-*` as OpenAI means them: what may be made, what is left of it, and in how long all of it is there again. */
export interface LimitHeaders {
  read(): Readonly<Record<string, string>>;
  /** Counts were forgotten. */
  forget(): void;
}

const headersOf = (of: 'requests' | 'tokens', { limit, left, fullAt }: RotationBudget, now: number): Record<string, string> => ({
  [`x-ratelimit-limit-${of}`]: String(limit),
  [`x-ratelimit-remaining-${of}`]: String(left),
  [`x-ratelimit-reset-${of}`]: `${Math.max(0, Math.ceil(fullAt - now))}ms`,
});

/** Of the whole roster, each account with its own limits: one that rests has nothing left. At most a second old. */
export function createLimitHeaders({
  rotation,
  now,
}: {
  readonly rotation: Pick<RequestRotation<unknown>, 'report'>;
  readonly now: () => number;
}): LimitHeaders {
  let headers: Readonly<Record<string, string>> = {};
  let readAt = -Infinity;
  return {
    read() {
      if (now() - readAt < KEPT_MS) return headers;
      const { requests, tokens } = rotation.report();
      readAt = now();
      headers = { ...headersOf('requests', requests, readAt), ...(tokens && headersOf('tokens', tokens, readAt)) };
      return headers;
    },
    forget() {
      readAt = -Infinity;
    },
  };
}
