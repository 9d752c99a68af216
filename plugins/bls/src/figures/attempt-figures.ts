import type { Attempt } from '../service/attempts.ts';

type Timed = Attempt & { readonly at: number };

export interface AttemptFigures {
  readonly attempts: number;
  readonly registered: number;
  /** 0 to 1; null without attempts. */
  readonly successRate: number | null;
  /** Of those that were registered, in ms; null without any. */
  readonly meanMs: number | null;
  readonly p95Ms: number | null;
  readonly errors: readonly { readonly kind: string; readonly count: number }[];
  /** Oldest first, days without attempts too. */
  readonly days: readonly { readonly day: string; readonly registered: number; readonly attempts: number }[];
  readonly proxies: readonly {
    readonly proxy: string;
    readonly registered: number;
    readonly attempts: number;
    readonly meanMs: number | null;
  }[];
}

const DAY_MS = 86_400_000;
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What a list of attempts comes to. */
export function attemptFigures(
  attempts: readonly Timed[],
  { now, days }: { readonly now: number; readonly days: number },
): AttemptFigures {
  const good = attempts.filter(({ outcome }) => outcome === 'registered');
  const durations = good.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  const kinds = Map.groupBy(
    attempts.filter(({ outcome }) => outcome !== 'registered'),
    ({ outcome }) => outcome,
  );
  const byDay = Map.groupBy(attempts, ({ at }) => dayOf(at));
  const byProxy = Map.groupBy(attempts, ({ proxy }) => proxy ?? 'direct');
  const registeredOf = (some: readonly Timed[]): readonly Timed[] => some.filter(({ outcome }) => outcome === 'registered');
  return {
    attempts: attempts.length,
    registered: good.length,
    successRate: attempts.length === 0 ? null : good.length / attempts.length,
    meanMs: mean(durations),
    p95Ms: durations[Math.min(durations.length - 1, Math.ceil(durations.length * 0.95) - 1)] ?? null,
    errors: [...kinds].map(([kind, some]) => ({ kind, count: some.length })).toSorted((a, b) => b.count - a.count),
    days: Array.from({ length: days }, (_, back) => {
      const day = dayOf(now - (days - 1 - back) * DAY_MS);
      const some = byDay.get(day) ?? [];
      return { day, registered: registeredOf(some).length, attempts: some.length };
    }),
    proxies: [...byProxy]
      .map(([proxy, some]) => ({
        proxy,
        registered: registeredOf(some).length,
        attempts: some.length,
        meanMs: mean(registeredOf(some).map(({ durationMs }) => durationMs)),
      }))
      .toSorted((a, b) => b.attempts - a.attempts),
  };
}
