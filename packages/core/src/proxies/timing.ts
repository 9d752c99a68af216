const KEPT = 20;
const WEIGHT = 0.3;

/** How long something took lately, in milliseconds. */
export interface Timing {
  /** Exponentially weighted; null before the first. */
  readonly meanMs: number | null;
  /** The latest, oldest first. */
  readonly recent: readonly number[];
}

export const NO_TIMING: Timing = { meanMs: null, recent: [] };

export function withSample({ meanMs, recent }: Timing, ms: number): Timing {
  if (!Number.isFinite(ms) || ms < 0) return { meanMs, recent };
  const mean = meanMs === null ? ms : meanMs + WEIGHT * (ms - meanMs);
  return { meanMs: Math.round(mean * 10) / 10, recent: [...recent, Math.round(ms)].slice(-KEPT) };
}

/** Of what is kept; null when that is nothing. */
export function p95({ recent }: Timing): number | null {
  const sorted = recent.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? null;
}
