import type { SlotOutcome } from '@muster/sdk';

const SECONDS = 60;

/** Counts of what was made, since the rotation was opened. */
export interface Tallied {
  served: number;
  failed: number;
  tokens: number;
}

export interface RotationHistory extends Readonly<Tallied> {
  /** One request has ended. */
  count(outcome: SlotOutcome, of: Tallied): void;
  /** Ended requests of the last minute, the oldest second first. */
  perSecond(): number[];
}

const add = (to: Tallied, ok: boolean, tokens: number): void => {
  if (ok) to.served += 1;
  else to.failed += 1;
  to.tokens += tokens;
};

export function createRotationHistory(now: () => number): RotationHistory {
  const all: Tallied = { served: 0, failed: 0, tokens: 0 };
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
    get tokens() {
      return all.tokens;
    },
    count(outcome, of) {
      if (outcome.kind === 'unused') return;
      const ok = outcome.kind === 'used' && (outcome.served === undefined || outcome.served.status < 400);
      const { tokens = 0 } = outcome.served ?? {};
      const spent = Number.isFinite(tokens) && tokens > 0 ? tokens : 0;
      add(all, ok, spent);
      add(of, ok, spent);
      const at = turn() % SECONDS;
      counts[at] = (counts[at] ?? 0) + 1;
    },
    perSecond() {
      const second = turn();
      return Array.from({ length: SECONDS }, (_, at) => counts[(second + 1 + at) % SECONDS] ?? 0);
    },
  };
}
