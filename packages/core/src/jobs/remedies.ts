import type { MusterError } from '@muster/sdk';
import type { JobPolicy } from './policy.ts';

/** What becomes of the account that the task held. */
export type AccountAfter = 'unused' | 'tried' | 'failed' | { readonly restMs: number };

export type NextStep =
  | { readonly kind: 'fail'; readonly account: AccountAfter }
  | {
      readonly kind: 'again';
      readonly afterMs: number;
      /** An attempt is counted against `maxAttempts`; a detour is not the account's fault and has a bound of its own. */
      readonly cost: 'attempt' | 'detour';
      readonly account: AccountAfter;
    };

export interface TriedTask {
  /** This try included. */
  readonly attempt: number;
  readonly detours: number;
  readonly maxAttempts: number;
}

/** Exponential backoff with full jitter: spread evenly from nothing to the bound, so that tasks do not come back in step. */
function backoff(tries: number, policy: JobPolicy, random: () => number): number {
  return Math.floor(random() * Math.min(policy.backoffLimitMs, policy.backoffMs * 2 ** (tries - 1)));
}

/** What the engine does after a task threw: a function of its arguments alone. */
export function nextStep(
  error: MusterError,
  task: TriedTask,
  { policy, random }: { policy: JobPolicy; random: () => number },
): NextStep {
  const asked = Math.max(0, error.retryAfterMs ?? 0);
  const mayDetour = task.detours < policy.maxDetours;
  switch (error.remedy) {
    case 'fail':
      return { kind: 'fail', account: 'tried' };
    case 'retire-account':
      return { kind: 'fail', account: 'failed' };
    case 'retry':
      if (task.attempt >= task.maxAttempts) return { kind: 'fail', account: 'tried' };
      return { kind: 'again', afterMs: asked + backoff(task.attempt, policy, random), cost: 'attempt', account: 'tried' };
    case 'rest-account': {
      const restMs = error.retryAfterMs === undefined ? policy.restMs : asked;
      if (!mayDetour) return { kind: 'fail', account: { restMs } };
      return { kind: 'again', afterMs: restMs, cost: 'detour', account: { restMs } };
    }
    default: {
      if (!mayDetour) return { kind: 'fail', account: 'unused' };
      // Another proxy may serve at once; only one detour after the other is a reason to slow down.
      const afterMs = asked + (task.detours === 0 ? 0 : backoff(task.detours, policy, random));
      return { kind: 'again', afterMs, cost: 'detour', account: 'unused' };
    }
  }
}
