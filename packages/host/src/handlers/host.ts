import type { HostStatus } from '@muster/api';
import { topicsFor, topicsOf } from '../watch/topics.ts';
import type { WatchHub } from '../watch/watch-hub.ts';
import type { Handlers } from './handler.ts';

export interface HostControls {
  readonly status: () => Promise<HostStatus>;
  readonly hub: WatchHub;
  /** Begins the end of the host; the answer to the call still goes out. */
  readonly stopSoon: (reason: string) => void;
}

export const hostHandlers = ({ status, hub, stopSoon }: HostControls): Pick<Handlers, 'getStatus' | 'stopHost' | 'watch'> => ({
  getStatus: status,
  stopHost({ caller }) {
    stopSoon(`stopped by ${caller.actor}`);
    return { ok: true };
  },
  watch({ query: { topics, after, job, account }, caller: { reach } }) {
    return hub.open({ topics: topicsFor(topicsOf(topics), reach), after, job, account, reach });
  },
});
