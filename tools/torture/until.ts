import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_MS = 120_000;
/** Between two looks, more and more: some conditions are asked of a busy host. */
const [FIRST_MS, LAST_MS] = [5, 50] as const;

/** Waits for what happens on any machine sooner or later. Throws with its name, and the details, when two minutes were not enough. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  details: () => unknown = () => '',
): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  for (let pause: number = FIRST_MS; !(await holds()); pause = Math.min(LAST_MS, pause * 1.2)) {
    if (performance.now() > end) {
      const shown = await details();
      throw new Error(`${what}: not within ${LONGEST_MS / 1_000} s ${JSON.stringify(shown instanceof Map ? [...shown] : shown)}`);
    }
    await sleep(pause);
  }
}
