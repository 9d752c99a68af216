export interface Pace {
  /** At most so many at once. */
  readonly limit: number;
  /** At least so long from one start to the next. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Works on all items; after the first failure no further one is begun, and it is thrown when those running have ended. */
export async function eachAtPace<T>(
  items: readonly T[],
  pace: Pace,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const { limit, everyMs, signal, sleep } = pace;
  const failures: unknown[] = [];
  let next = 0;
  let gate: Promise<void> = Promise.resolve();

  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        signal.throwIfAborted();
        if (everyMs > 0 && index > 0) await (gate = gate.then(() => sleep(everyMs)));
        await work(items[index] as T, index);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
