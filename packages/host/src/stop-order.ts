import type { HostCore } from './host-core.ts';
import type { Demos } from './demo/demos.ts';
import type { OwnedDirectory } from './directory/own-directory.ts';
import type { Listener } from './http/listen.ts';
import type { WatchHub } from './watch/watch-hub.ts';

/** How long running tasks may take to end. */
const TASK_GRACE_MS = 5_000;
/** How long sessions may take: one that is cut in its end may have to be logged in anew by a person. */
const SESSION_GRACE_MS = 20_000;
/** How long answers under way may take to go out. */
const ANSWER_GRACE_MS = 1_000;

export interface Stoppable {
  readonly core: HostCore;
  readonly hub: WatchHub;
  readonly demos: Demos;
  readonly listeners: readonly Listener[];
  readonly owned: OwnedDirectory;
}

/**
 * The order in which a host ends. New calls are refused already. A step that fails is reported and does not keep the later ones from
 * being done; whatever is lost then is what a killed host would have lost.
 */
export async function stopInOrder(
  parts: Stoppable,
  reason: string,
  report: (step: string, thrown: unknown) => void,
): Promise<void> {
  const { core, hub, demos, listeners, owned } = parts;
  const steps: readonly (readonly [what: string, work: () => unknown])[] = [
    ['start nothing by itself', () => core.schedules.stop()],
    ['take no work and abort tasks', () => core.jobs.stop(TASK_GRACE_MS)],
    ['close sessions', () => core.sessions.stop(SESSION_GRACE_MS)],
    ['end simulators', () => demos.close()],
    ['record the end', () => core.events.record({ level: 'info', type: 'host.stopped', message: `The host ends: ${reason}` })],
    ['say goodbye', () => hub.close(reason)],
    ['end the pool, flush the log and the store', () => core.stop(TASK_GRACE_MS)],
    ['close the sockets', () => Promise.all(listeners.map((listener) => listener.close(ANSWER_GRACE_MS)))],
    ['free the directory', () => owned.release()],
  ];
  for (const [what, work] of steps) {
    try {
      await work();
    } catch (thrown) {
      report(what, thrown);
    }
  }
}
