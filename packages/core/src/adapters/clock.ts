import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports/clock.ts';

/** What the machine tells of time; milliseconds. */
export interface TimeSource {
  /** The wall clock: may be set to any other time while the host runs. */
  wall(): number;
  /** Only grows; stands still while the machine sleeps. */
  elapsed(): number;
  /** Grows while the machine sleeps too; coarse. */
  sinceBoot(): number;
}

const machine: TimeSource = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  sinceBoot: () => uptime() * 1_000,
};

/** Asking for the uptime reads a file, so it is asked at most this often. */
const BOOT_CHECK_MS = 1_000;
/** Less than this is the coarseness of the uptime, not sleep. */
const SLEEP_MS = 2_000;
/** The longest single wait: after sleep, a callback that was due is at most this late. Timers hold 24.8 days at most. */
const LONGEST_WAIT_MS = 30_000;

/** A clock that starts at the wall clock and then goes by elapsed time, time asleep included. */
export const createClock = (source: TimeSource = machine): Clock => {
  const startedAt = source.wall();
  const elapsedAtStart = source.elapsed();
  const bootAtStart = source.sinceBoot();
  let asleep = 0;
  let nextBootCheck = 0;

  const now = (): number => {
    const elapsed = source.elapsed() - elapsedAtStart;
    if (elapsed >= nextBootCheck) {
      nextBootCheck = elapsed + BOOT_CHECK_MS;
      const missed = source.sinceBoot() - bootAtStart - elapsed;
      if (missed - asleep >= SLEEP_MS) asleep = missed;
    }
    return Math.floor(startedAt + elapsed + asleep);
  };

  const after = (ms: number, callback: () => void): (() => void) => {
    const due = now() + ms;
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const left = due - now();
      if (left <= 0) return callback();
      timer = setTimeout(wait, Math.min(left, LONGEST_WAIT_MS));
      timer.unref();
    };
    timer = setTimeout(wait, Math.max(0, Math.min(ms, LONGEST_WAIT_MS)));
    timer.unref();
    return () => clearTimeout(timer);
  };

  return { now, after };
};
