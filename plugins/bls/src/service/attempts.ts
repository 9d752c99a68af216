import type { Records } from '@muster/sdk';

/** One try to register somebody, as figures need it. */
export interface Attempt {
  readonly site: string;
  /** `registered`, or the kind of the failure. */
  readonly outcome: string;
  readonly durationMs: number;
  /** The proxy's label; null without one. */
  readonly proxy: string | null;
}

export interface Attempts {
  add(key: string, attempt: Attempt): Promise<void>;
  /** Newest first, at most 10,000. */
  list(from?: number): Promise<readonly (Attempt & { readonly at: number })[]>;
}

const MOST = 10_000;

export function createAttempts(records: Records<Attempt>, now: () => number): Attempts {
  return {
    async add(key, attempt) {
      await records.commit([
        { put: { key, group: attempt.outcome === 'registered' ? 'registered' : 'failed', at: now(), data: attempt } },
      ]);
    },
    async list(from) {
      const found = await records.list({ newestFirst: true, limit: MOST, ...(from !== undefined && { from }) });
      return found.map(({ at, data }) => ({
        at,
        site: data.site,
        outcome: data.outcome,
        durationMs: data.durationMs,
        proxy: data.proxy,
      }));
    },
  };
}
