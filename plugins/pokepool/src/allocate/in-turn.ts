const waiting: (() => void)[] = [];
let running = 0;

/** Work of which at most so much is done at once, with all others that ask: requests come side by side, and share one checker. */
export const inTurnOf =
  (limit: number) =>
  async (work: () => Promise<void>): Promise<void> => {
    if (running < limit) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      // Whoever waits longest goes on in this one's place.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
