import type { Clock } from '../ports/clock.ts';

/** Timers of the platform hold at most 2^31 ms; a later time is reached in several steps. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000;

/** One timer, set to the earliest of the times it was told. */
export interface Alarm {
  /** The earliest time it knows of; -Infinity: not known yet, look now. */
  readonly at: number;
  /** Something is due then. */
  note(time: number): void;
  /** Nothing is due before then. */
  reset(time: number): void;
  start(ring: () => void): void;
  stop(): void;
}

export function createAlarm(clock: Clock): Alarm {
  let at = -Infinity;
  let ring: (() => void) | undefined;
  let cancel: (() => void) | undefined;

  const arm = (): void => {
    cancel?.();
    cancel = undefined;
    if (!ring || at === Infinity) return;
    const wait = Math.min(Math.max(0, at - clock.now()), LONGEST_WAIT_MS);
    cancel = clock.after(wait, () => (clock.now() >= at ? ring?.() : arm()));
  };

  return {
    get at() {
      return at;
    },
    note(time) {
      if (time >= at) return;
      at = time;
      arm();
    },
    reset(time) {
      at = time;
      arm();
    },
    start(callback) {
      ring = callback;
      arm();
    },
    stop() {
      ring = undefined;
      cancel?.();
      cancel = undefined;
    },
  };
}
