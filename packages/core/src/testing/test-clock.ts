import type { Clock } from '../ports/clock.ts';

export interface TestClock extends Clock {
  /** Moves on by `ms`; callbacks that fall due run in order, each at its own time, and what they start gets to go on. */
  advance(ms: number): Promise<void>;
  /** Callbacks that still wait. */
  readonly waiting: number;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A clock that stands still until it is advanced. */
export const createTestClock = (startAt: number = Date.UTC(2026, 0, 1)): TestClock => {
  const timers = new Set<Timer>();
  let time = startAt;

  const earliest = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (timer.due <= until && (!first || timer.due < first.due)) first = timer;
    return first;
  };

  return {
    now: () => time,
    after(ms, callback) {
      const timer = { due: time + Math.max(0, ms), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = time + ms;
      await settle();
      for (let timer = earliest(until); timer; timer = earliest(until)) {
        timers.delete(timer);
        time = Math.max(time, timer.due);
        timer.callback();
        await settle();
      }
      time = until;
    },
    get waiting() {
      return timers.size;
    },
  };
};
