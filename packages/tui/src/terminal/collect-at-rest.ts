import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 5_000;
/** A screen needs some 35 MB of this: the rest are frames gone by. */
const MOST_BYTES = 58e6;

/** Made when it is needed first: the start has no time for it. */
function exposeCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (() => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  return collect;
}

/**
 * Gives memory back. On a machine with much of it the engine lets frames gone by pile up to some hundred MB, and a screen may stand open
 * for weeks. A collection takes some ten milliseconds, and is made at most every five seconds, and only when it is worth it.
 */
export function collectAtRest(): () => void {
  // Room for new objects stays as it is when the program is loaded: it would grow to twice 32 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
  let collect: (() => void) | undefined;
  const timer = setInterval(() => {
    if (getHeapStatistics().total_heap_size > MOST_BYTES) (collect ??= exposeCollector())?.();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
