import { toMusterError } from '@muster/sdk';
import type { LiveSession } from '@muster/sdk';
import type { Clock } from '../ports/clock.ts';

/** From one call of the plugin to its end. */
export interface Run {
  readonly controller: AbortController;
  live: LiveSession | undefined;
  /** What it says counts no more. */
  over: boolean;
  /** The plugin's promise has settled. Never rejects. */
  settled: Promise<void>;
}

/**
 * Waits until a run that was told to end has opened or failed to, and then closes it. Says why it did not end well, or null;
 * what does not end in time is left to itself.
 */
export async function shutRun(
  run: Run,
  { clock, graceMs }: { readonly clock: Clock; readonly graceMs: number },
): Promise<string | null> {
  const work = (async () => {
    await run.settled;
    await run.live?.close();
  })();
  const late = Promise.withResolvers<'late'>();
  const takeBack = clock.after(graceMs, () => late.resolve('late'));
  try {
    if ((await Promise.race([work, late.promise])) !== 'late') return null;
    work.catch(() => undefined);
    return `did not end within ${graceMs / 1_000} s and is left to itself`;
  } catch (thrown) {
    return `did not end cleanly: ${toMusterError(thrown).message}`;
  } finally {
    takeBack();
  }
}
