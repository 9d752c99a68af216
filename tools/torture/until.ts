import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_MS = 60_000;

/** Waits for what happens on any machine sooner or later. Throws with its name when a minute was not enough. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited a minute, in vain, until ${what}`);
    await sleep(5);
  }
}
