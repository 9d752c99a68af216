import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock, Store } from '@muster/core';

const QUIET_MS = 5_000;
/** A larger heap takes longer to go through (about 2 ms a MB) than a person at the keys should notice. */
const LARGEST_HEAP = 48 * 1024 * 1024;

/** Not there unless asked for at start, or here. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}

/**
 * Collects once when the host has come to rest: after the start, and after each burst of changes. Left alone, V8 keeps what loading or
 * importing took (40 MB at 10,000 accounts) for as long as nothing is allocated; after one collection it gives the rest back by itself
 * within half a minute. Sets one timer while there is work, none at rest.
 */
export function createMemoryTrim({ clock, store }: { readonly clock: Clock; readonly store: Pick<Store, 'subscribe'> }): {
  stop(): void;
} {
  let collect: (() => void) | undefined;
  let cancel: (() => void) | undefined;
  let changedAt = clock.now();

  const look = (): void => {
    const quietMs = clock.now() - changedAt;
    if (quietMs < QUIET_MS) {
      cancel = clock.after(QUIET_MS - quietMs, look);
      return;
    }
    cancel = undefined;
    if (process.memoryUsage().heapUsed > LARGEST_HEAP) return;
    collect ??= collector();
    collect();
  };
  const noteChange = (): void => {
    changedAt = clock.now();
    cancel ??= clock.after(QUIET_MS, look);
  };
  noteChange();
  const leave = store.subscribe(noteChange);
  return {
    stop() {
      leave();
      cancel?.();
      cancel = undefined;
    },
  };
}
