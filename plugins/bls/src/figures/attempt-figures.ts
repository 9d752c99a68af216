import type { Attempt } from '../service/attempts.ts';

type Timed = Attempt & { readonly at: number };

/** How well some attempts went. */
export interface Share {
  readonly attempts: number;
  readonly registered: number;
  /** 0 to 1; null without attempts. */
  readonly rate: number | null;
  /** Of those that were registered, in ms; null without any. */
  readonly meanMs: number | null;
  /** The kind that most of the others failed with; null when none failed. */
  readonly mostlyFailed: string | null;
}

export interface AttemptFigures extends Share {
  readonly p95Ms: number | null;
  /** Most first. */
  readonly errors: readonly { readonly kind: string; readonly count: number }[];
  /** Oldest first, days without attempts too. */
  readonly days: readonly (Share & { readonly day: string })[];
  /** Most used first. */
  readonly proxies: readonly (Share & { readonly proxy: string })[];
}

const DAY_MS = 86_400_000;
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const isGood = ({ outcome }: Attempt): boolean => outcome === 'registered';

const errorsOf = (attempts: readonly Attempt[]): { kind: string; count: number }[] =>
  [
    ...Map.groupBy(
      attempts.filter((one) => !isGood(one)),
      ({ outcome }) => outcome,
    ),
  ]
    .map(([kind, some]) => ({ kind, count: some.length }))
    .toSorted((a, b) => b.count - a.count);

function shareOf(attempts: readonly Attempt[]): Share {
  const good = attempts.filter(isGood);
  return {
    attempts: attempts.length,
    registered: good.length,
    rate: attempts.length === 0 ? null : good.length / attempts.length,
    meanMs: mean(good.map(({ durationMs }) => durationMs)),
    mostlyFailed: errorsOf(attempts)[0]?.kind ?? null,
  };
}

/** What a list of attempts comes to. */
export function attemptFigures(
  attempts: readonly Timed[],
  { now, days }: { readonly now: number; readonly days: number },
): AttemptFigures {
  const durations = attempts
    .filter(isGood)
    .map(({ durationMs }) => durationMs)
    .toSorted((a, b) => a - b);
  const byDay = Map.groupBy(attempts, ({ at }) => dayOf(at));
  const byProxy = Map.groupBy(attempts, ({ proxy }) => proxy ?? 'direct');
  return {
    ...shareOf(attempts),
    p95Ms: durations[Math.min(durations.length - 1, Math.ceil(durations.length * 0.95) - 1)] ?? null,
    errors: errorsOf(attempts),
    days: Array.from({ length: days }, (_, back) => {
      const day = dayOf(now - (days - 1 - back) * DAY_MS);
      return { day, ...shareOf(byDay.get(day) ?? []) };
    }),
    proxies: Array.from(byProxy, ([proxy, some]) => ({ proxy, ...shareOf(some) })).toSorted((a, b) => b.attempts - a.attempts),
  };
}
