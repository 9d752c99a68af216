/** Lets one ask at a time; the others wait in the order in which they came. */
export interface Turns {
  /** Resolves with the end of the turn. Rejects, and leaves its place, when the signal is given; a turn ends with it too. */
  take(id: string, signal: AbortSignal): Promise<() => void>;
  /** 0 has the turn; null is not there. */
  place(id: string): number | null;
}

interface Waiting {
  readonly id: string;
  readonly begin: () => void;
}

/** `changed` is called when places move. */
export function createTurns(changed: () => void): Turns {
  const queue: Waiting[] = [];
  const leave = (entry: Waiting): void => {
    const at = queue.indexOf(entry);
    if (at < 0) return;
    queue.splice(at, 1);
    if (at === 0) queue[0]?.begin();
    changed();
  };
  return {
    take: (id, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const stop = (): void => {
          reject(signal.reason as Error);
          leave(entry);
        };
        const entry: Waiting = {
          id,
          begin: () =>
            resolve(() => {
              signal.removeEventListener('abort', stop);
              leave(entry);
            }),
        };
        signal.addEventListener('abort', stop, { once: true });
        queue.push(entry);
        if (queue[0] === entry) entry.begin();
        changed();
      }),
    place(id) {
      const at = queue.findIndex((entry) => entry.id === id);
      return at < 0 ? null : at;
    },
  };
}
