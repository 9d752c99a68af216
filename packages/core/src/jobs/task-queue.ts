import type { Operation, Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import { createFigures } from './job-figures.ts';
import type { JobFigures } from './job-figures.ts';
import type { TaskRecord, TaskState } from './job-record.ts';

const BATCH = 1_000;

/** The tasks of one job in the store: what is taken here is taken by nobody else. */
export interface TaskQueue {
  /** The next queued tasks in their order, now running. */
  take(limit: number, now: number): Promise<TaskRecord[]>;
  /** Waiting tasks whose time has come are queued again; how many. */
  wake(now: number): Promise<number>;
  /** When the next waiting task is due. */
  nextDue(): Promise<number | undefined>;
  /** A taken task that did not begin: as if never taken. */
  putBack(task: TaskRecord): Operation;
  /** All that is queued or waiting becomes `cancelled`; how many of each. */
  cancelRest(now: number): Promise<{ readonly queued: number; readonly waiting: number }>;
  /** Counts and errors, read anew. */
  figures(): Promise<JobFigures>;
  /** Tasks of these states in their order, in pieces. */
  pieces(states: readonly TaskState[], codes?: readonly string[]): AsyncIterable<TaskRecord[]>;
  removeAll(): Promise<void>;
}

export function createTaskQueue(store: Store, job: string): TaskQueue {
  const ofState = (state: TaskState) => all(eq('job', job), eq('state', state));

  async function cancelAll(state: TaskState, now: number): Promise<number> {
    for (let total = 0; ;) {
      const query = { where: ofState(state), sort: { by: 'order' }, limit: BATCH };
      const cancelled = await store.claim<TaskRecord>('tasks', query, { set: { state: 'cancelled', endedAt: now } });
      total += cancelled.length;
      if (cancelled.length < BATCH) return total;
    }
  }

  const queue: TaskQueue = {
    take: (limit, now) =>
      store.claim<TaskRecord>(
        'tasks',
        { where: ofState('queued'), sort: { by: 'order' }, limit },
        { set: { state: 'running', startedAt: now }, add: { attempt: 1 } },
      ),
    async wake(now) {
      for (let total = 0; ;) {
        const where = all(ofState('waiting'), { op: 'lte', field: 'notBefore', value: now });
        const query = { where, sort: { by: 'notBefore' }, limit: BATCH };
        const woken = await store.claim<TaskRecord>('tasks', query, { set: { state: 'queued' } });
        total += woken.length;
        if (woken.length < BATCH) return total;
      }
    },
    async nextDue() {
      const [next] = await store.list<TaskRecord>('tasks', { where: ofState('waiting'), sort: { by: 'notBefore' }, limit: 1 });
      return next?.notBefore;
    },
    putBack: (task) => ({
      update: 'tasks',
      id: task.id,
      patch: { set: { state: 'queued' }, add: { attempt: -1 } },
      if: { state: 'running' },
    }),
    cancelRest: async (now) => ({ queued: await cancelAll('queued', now), waiting: await cancelAll('waiting', now) }),
    async figures() {
      const figures = createFigures();
      for (const { key, count } of await store.tally('tasks', ['state', 'error.code'], eq('job', job))) {
        const [state, code] = key as [TaskState, string | null];
        figures.add(state, count);
        if (state !== 'failed' || code === null) continue;
        const where = all(ofState('failed'), eq('error.code', code));
        const [task] = await store.list<TaskRecord>('tasks', { where, sort: { by: 'order' }, limit: 1 });
        figures.failed({ code, message: task?.error?.message ?? '' }, count);
      }
      return figures;
    },
    async *pieces(states, codes) {
      for (let after = -1; ;) {
        const where = all(eq('job', job), oneOf('state', states), codes && oneOf('error.code', codes), {
          op: 'gt',
          field: 'order',
          value: after,
        });
        const piece = await store.list<TaskRecord>('tasks', { where, sort: { by: 'order' }, limit: BATCH });
        if (piece.length > 0) yield piece;
        if (piece.length < BATCH) return;
        after = piece.at(-1)?.order ?? after;
      }
    },
    async removeAll() {
      for (;;) {
        const piece = await store.list<TaskRecord>('tasks', { where: eq('job', job), sort: { by: 'order' }, limit: BATCH });
        if (piece.length > 0) await store.commit(piece.map(({ id }) => ({ delete: 'tasks', id })));
        if (piece.length < BATCH) return;
      }
    },
  };
  return queue;
}
