import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { all, oneOf } from '../query/filter.ts';
import type { JobRecord } from './job-record.ts';
import type { JobPolicy } from './policy.ts';
import { createTaskQueue } from './task-queue.ts';

export interface Retention {
  /** Removes jobs that ended long ago, or beyond the number that is kept, with their tasks; how many. */
  prune(): Promise<number>;
}

export function createRetention({ store, clock, policy }: { store: Store; clock: Clock; policy: JobPolicy }): Retention {
  const ended = all(oneOf('state', ['done', 'cancelled']), { op: 'gt', field: 'endedAt', value: 0 });
  return {
    async prune() {
      const old = await store.list<JobRecord>('jobs', {
        where: all(ended, { op: 'lt', field: 'endedAt', value: clock.now() - policy.keepJobsMs }),
      });
      const beyond = await store.list<JobRecord>('jobs', {
        where: ended,
        sort: { by: 'createdAt', descending: true },
        offset: policy.keepJobs,
      });
      const ids = new Set([...old, ...beyond].map(({ id }) => id));
      for (const id of ids) {
        // The job last, so that a prune cut short is taken up by the next.
        await createTaskQueue(store, id).removeAll();
        await store.commit([{ delete: 'jobs', id }]);
      }
      return ids.size;
    },
  };
}
