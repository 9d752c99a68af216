/** Tokens are counted by the minute, whatever the window of requests. */
export const TOKEN_WINDOW_MS = 60_000;
const BUNDLE_MS = 1_000;

/** When, and how many. */
export type TokenSnapshot = readonly (readonly [at: number, tokens: number])[];

/** What one request costs: an estimate until it is corrected. */
export interface TokenCost {
  /** It counts from here. */
  fix(): void;
  correct(tokens: number): void;
  cancel(): void;
}

/** Tokens within the last minute. */
export interface TokenWindow {
  reserve(tokens: number): TokenCost;
  /** When so many fit under the limit (more than the limit count as the limit); Infinity when that is up to requests that run. */
  availableAt(tokens: number, limit: number): number;
  /** Within the last minute, estimates of what runs included. */
  used(): number;
  snapshot(): TokenSnapshot;
  /** Forgets what was used; requests that run go on to count. */
  reset(): void;
}

interface Entry {
  /** Infinity until it is fixed. */
  at: number;
  tokens: number;
}

/** More than any model takes; the sum of millions of such stays exact. */
const MOST = 1e9;
const whole = (tokens: number): number => (Number.isFinite(tokens) && tokens > 0 ? Math.min(Math.ceil(tokens), MOST) : 0);

export function createTokenWindow(now: () => number, before: TokenSnapshot = []): TokenWindow {
  // An estimate of a host that is gone was spent at the latest now.
  let fixed: Entry[] = before.map(([at, tokens]) => ({ at: Math.min(at, now()), tokens }));
  fixed.sort((left, right) => left.at - right.at);
  let first = 0;
  const open = new Set<Entry>();
  let used = fixed.reduce((sum, { tokens }) => sum + tokens, 0);

  const forget = (): void => {
    const gone = now() - TOKEN_WINDOW_MS;
    for (let entry = fixed[first]; entry && entry.at <= gone; entry = fixed[first]) {
      used -= entry.tokens;
      entry.at = -Infinity;
      first += 1;
    }
    if (first > 64 && first * 2 > fixed.length) {
      fixed = fixed.slice(first);
      first = 0;
    }
  };

  return {
    reserve(tokens) {
      const entry: Entry = { at: Infinity, tokens: whole(tokens) };
      open.add(entry);
      used += entry.tokens;
      return {
        fix() {
          if (!open.delete(entry)) return;
          entry.at = now();
          fixed.push(entry);
        },
        correct(spent) {
          // One that has left the window, or was forgotten, changes nothing any more.
          if (entry.at !== -Infinity) used += whole(spent) - entry.tokens;
          entry.tokens = whole(spent);
        },
        cancel() {
          if (open.delete(entry)) used -= entry.tokens;
        },
      };
    },
    availableAt(tokens, limit) {
      forget();
      let over = used + Math.max(1, Math.min(whole(tokens), limit)) - limit;
      if (over <= 0) return -Infinity;
      for (let at = first; at < fixed.length; at += 1) {
        const entry = fixed[at] as Entry;
        over -= entry.tokens;
        if (over <= 0) return entry.at + TOKEN_WINDOW_MS;
      }
      return Infinity;
    },
    used() {
      forget();
      return used;
    },
    snapshot() {
      forget();
      const bundles: [number, number][] = [];
      for (const { at, tokens } of [...fixed.slice(first), ...open]) {
        const time = Math.min(at, now());
        const last = bundles.at(-1);
        // Close together they count as spent at the last of them.
        if (!last || time - last[0] > BUNDLE_MS) bundles.push([time, tokens]);
        else {
          last[0] = time;
          last[1] += tokens;
        }
      }
      return bundles;
    },
    reset() {
      for (const entry of fixed) entry.at = -Infinity;
      fixed = [];
      first = 0;
      used = [...open].reduce((sum, { tokens }) => sum + tokens, 0);
    },
  };
}
