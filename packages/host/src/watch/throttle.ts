import type { Clock } from '@muster/core';

export interface Throttle {
  /** Asks for a run: at once when the last one is `intervalMs` ago, else when it will be. One wait stands for many asks. */
  ask(): void;
  stop(): void;
}

/** Runs `work` at most once an interval, one at a time, and only when asked: no timer without work. */
export function createThrottle(clock: Clock, intervalMs: number, work: () => Promise<void>): Throttle {
  let cancel: (() => void) | undefined;
  let running = false;
  let again = false;
  let stopped = false;
  let lastAt = -Infinity;

  const run = async (): Promise<void> => {
    cancel = undefined;
    running = true;
    lastAt = clock.now();
    try {
      await work();
    } finally {
      running = false;
    }
    if (again) {
      again = false;
      ask();
    }
  };
  const ask = (): void => {
    if (stopped || cancel) return;
    if (running) {
      again = true;
      return;
    }
    cancel = clock.after(Math.max(0, lastAt + intervalMs - clock.now()), () => void run());
  };
  return {
    ask,
    stop() {
      stopped = true;
      cancel?.();
      cancel = undefined;
    },
  };
}
