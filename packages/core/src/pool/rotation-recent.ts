import type { RotationReport, RotationRequest, SlotOutcome } from '@muster/sdk';
import { wentWell } from './rotation-figures.ts';

const REQUESTS = 200;
const DURATIONS = 1_000;
const DURATIONS_FOR_MS = 300_000;
/** Codes and statuses come from services: no number of them may fill the memory. */
const KINDS = 50;
const OTHERS = 'OTHERS';

/** What was made lately: in memory only, and only so much of it. */
export interface RotationRecent {
  /** One request of this account has ended. */
  add(outcome: SlotOutcome, of: { readonly id: string; readonly label: string }): void;
  /** One came for which there was no account. */
  refused(code: string): void;
  read(): Pick<RotationReport, 'latency' | 'recent' | 'errors'>;
}

export function createRotationRecent(now: () => number): RotationRecent {
  const requests: RotationRequest[] = [];
  const durations = new Float64Array(DURATIONS);
  const endings = new Float64Array(DURATIONS).fill(-Infinity);
  let ended = 0;
  let lasted = 0;
  const kinds = new Map<string, { count: number; lastAt: number }>();

  const fail = (name: string): void => {
    const kind = kinds.has(name) || kinds.size < KINDS ? name : OTHERS;
    kinds.set(kind, { count: (kinds.get(kind)?.count ?? 0) + 1, lastAt: now() });
  };
  const latency = (): RotationReport['latency'] => {
    const since = now() - DURATIONS_FOR_MS;
    const sorted = durations.filter((_, at) => (endings[at] as number) > since).toSorted();
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;
    return sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95) };
  };

  return {
    add(outcome, { id, label }) {
      if (outcome.kind === 'unused') return;
      const { served } = outcome;
      const ok = wentWell(outcome);
      if (!ok) fail(served?.error ?? (served ? String(served.status) : outcome.kind.toUpperCase()));
      if (!served) return;
      if (ok) {
        durations[lasted % DURATIONS] = served.durationMs;
        endings[lasted % DURATIONS] = now();
        lasted += 1;
      }
      requests[ended % REQUESTS] = { at: now(), account: id, label, ...served };
      ended += 1;
    },
    refused: fail,
    read() {
      const first = ended % REQUESTS;
      const recent =
        ended <= REQUESTS ? requests.toReversed() : [...requests.slice(first), ...requests.slice(0, first)].toReversed();
      const errors = [...kinds].map(([kind, { count, lastAt }]) => ({ kind, count, lastAt }));
      return { latency: latency(), recent, errors: errors.toSorted((left, right) => right.count - left.count) };
    },
  };
}
