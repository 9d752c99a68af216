const MAX_REST_MS = 60_000;
/** While one request tries, the others come again after so long. */
const PROBE_MS = 250;

/** Leaves a service alone that fails again and again, and tries it with one request at a time until it answers. */
export interface Breaker {
  /** Whether a request may be sent now. When it may, it must be ended by `ok`, `fault` or `unknown`. */
  allow(): boolean;
  /** It answered: whatever it said, it is there. */
  ok(): void;
  fault(): void;
  /** The request ended without telling anything of the service. */
  unknown(): void;
  /** Until when nothing is sent (ms since the epoch); undefined when a request may be, be it to try. */
  readonly shutUntil: number | undefined;
}

export function createBreaker(
  settings: () => { readonly failures: number; readonly restMs: number },
  now: () => number,
): Breaker {
  let inARow = 0;
  let openUntil: number | undefined;
  let restMs = 0;
  let probing = false;
  return {
    allow() {
      if (openUntil === undefined) return true;
      if (probing || now() < openUntil) return false;
      probing = true;
      return true;
    },
    ok() {
      inARow = 0;
      openUntil = undefined;
      probing = false;
      restMs = 0;
    },
    fault() {
      inARow += 1;
      const { failures, restMs: first } = settings();
      // Those that were under way when it opened tell nothing new.
      if (openUntil !== undefined && !probing) return;
      if (!probing && inARow < failures) return;
      restMs = probing ? Math.min(restMs * 2, Math.max(MAX_REST_MS, first)) : first;
      openUntil = now() + restMs;
      probing = false;
    },
    unknown() {
      probing = false;
    },
    get shutUntil() {
      if (openUntil === undefined) return undefined;
      if (now() < openUntil) return openUntil;
      return probing ? now() + PROBE_MS : undefined;
    },
  };
}
