/** A time, or one that stands for several before it. */
export type BundledTime = number | readonly [at: number, count: number];

/** How many times a snapshot holds exactly; more are bundled. */
const EXACT = 16;

/**
 * Ascending times in few numbers: what lies close together counts as made at the last of it, so that nothing is told
 * earlier than it was.
 */
export function bundleTimes(times: readonly number[]): BundledTime[] {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || times.length <= EXACT) return [...times];
  const step = Math.max(1, (last - first) / EXACT);
  const bundles: [number, number][] = [];
  let until = -Infinity;
  for (const time of times) {
    const current = bundles.at(-1);
    if (!current || time > until) {
      bundles.push([time, 1]);
      until = time + step;
    } else {
      current[0] = time;
      current[1] += 1;
    }
  }
  return bundles;
}

export const unbundleTimes = (bundled: readonly BundledTime[]): number[] =>
  bundled.flatMap((one) => (typeof one === 'number' ? [one] : Array.from({ length: one[1] }, () => one[0])));
