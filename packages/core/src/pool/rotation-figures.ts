import type { SlotOutcome } from '@muster/sdk';

const SECONDS = 60;

/** Counts of what was made. */
export interface Tallied {
  served: number;
  failed: number;
  /** Those of the failed that the service answered with a rest. */
  limited: number;
  tokens: number;
}

export interface RotationHistory extends Readonly<Tallied> {
  /** One request has ended. */
  count(outcome: SlotOutcome, of: Tallied): void;
  /** Ended requests of the last minute, the oldest second first. */
  perSecond(): number[];
}

export const nothingTallied = (): Tallied => ({ served: 0, failed: 0, limited: 0, tokens: 0 });

/** A request that the client got an answer of. */
export const wentWell = (outcome: SlotOutcome): boolean =>
  outcome.kind === 'used' && (outcome.served?.status ?? 0) < 400 && outcome.served?.error === undefined;

export function createRotationHistory(now: () => number): RotationHistory {
  const all = nothingTallied();
  const counts = new Uint32Array(SECONDS);
  let last = Math.floor(now() / 1_000);

  /** Empties the seconds in which nothing happened. */
  const turn = (): number => {
    const second = Math.floor(now() / 1_000);
    for (let gone = Math.max(last + 1, second - SECONDS + 1); gone <= second; gone += 1) counts[gone % SECONDS] = 0;
    last = Math.max(last, second);
    return last;
  };

  return {
    get served() {
      return all.served;
    },
    get failed() {
      return all.failed;
    },
    get limited() {
      return all.limited;
    },
    get tokens() {
      return all.tokens;
    },
    count(outcome, of) {
      if (outcome.kind === 'unused') return;
      const ok = wentWell(outcome);
      const { tokens = 0 } = outcome.served ?? {};
      const spent = Number.isFinite(tokens) && tokens > 0 ? tokens : 0;
      for (const each of [all, of]) {
        if (ok) each.served += 1;
        else each.failed += 1;
        if (outcome.kind === 'rest') each.limited += 1;
        each.tokens += spent;
      }
      const at = turn() % SECONDS;
      counts[at] = (counts[at] ?? 0) + 1;
    },
    perSecond() {
      const second = turn();
      return Array.from({ length: SECONDS }, (_, at) => counts[(second + 1 + at) % SECONDS] ?? 0);
    },
  };
}
