/** What the service saw of one account. Times in ms on a clock that never jumps. */
export interface AccountLog {
  /** When each request came that was served. */
  readonly served: readonly number[];
  readonly refused: number;
  /** Most at once. */
  readonly mostAtOnce: number;
}

export interface RequestLog {
  /** True when it is within the limits, and then it runs until `ended`. */
  admit(
    account: string,
    limits: { limit: number; windowMs: number; window: 'sliding' | 'fixed'; maxConcurrent: number },
  ): boolean;
  ended(account: string): void;
  refuse(account: string): void;
  /** How long until an account has room again, in ms. */
  waitFor(account: string, limits: { limit: number; windowMs: number; window: 'sliding' | 'fixed' }): number;
  /** Most requests within any stretch of so many ms, the bounds of the stretch not both included. */
  most(account: string, windowMs: number): number;
  accounts(): ReadonlyMap<string, AccountLog>;
}

interface Entry {
  served: number[];
  refused: number;
  running: number;
  mostAtOnce: number;
  /** Requests that came, served or not. */
  first: number;
}

const now = (): number => performance.now();

export function createRequestLog(): RequestLog {
  const entries = new Map<string, Entry>();
  const of = (account: string): Entry => {
    const known = entries.get(account) ?? { served: [], refused: 0, running: 0, mostAtOnce: 0, first: now() };
    entries.set(account, known);
    return known;
  };
  /** Those that count now, as the index of the first. */
  const from = ({ served, first }: Entry, windowMs: number, window: 'sliding' | 'fixed'): number => {
    const start = window === 'sliding' ? now() - windowMs : first + Math.floor((now() - first) / windowMs) * windowMs;
    let at = served.length;
    while (at > 0 && (served[at - 1] as number) > start) at--;
    return at;
  };
  return {
    admit(account, { limit, windowMs, window, maxConcurrent }) {
      const entry = of(account);
      const full = limit > 0 && entry.served.length - from(entry, windowMs, window) >= limit;
      if (full || (maxConcurrent > 0 && entry.running >= maxConcurrent)) {
        entry.refused++;
        return false;
      }
      entry.served.push(now());
      entry.running++;
      entry.mostAtOnce = Math.max(entry.mostAtOnce, entry.running);
      return true;
    },
    ended: (account) => void of(account).running--,
    refuse: (account) => void of(account).refused++,
    waitFor(account, { limit, windowMs, window }) {
      const entry = of(account);
      const at = from(entry, windowMs, window);
      if (limit === 0 || entry.served.length - at < limit) return 0;
      if (window === 'fixed') return windowMs - ((now() - entry.first) % windowMs);
      return Math.max(0, (entry.served[entry.served.length - limit] as number) + windowMs - now());
    },
    most(account, windowMs) {
      const times = of(account).served;
      let most = 0;
      let at = 0;
      for (let end = 0; end < times.length; end++) {
        while ((times[end] as number) - (times[at] as number) >= windowMs) at++;
        most = Math.max(most, end - at + 1);
      }
      return most;
    },
    accounts: () => entries,
  };
}
