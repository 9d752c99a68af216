import type { Json, JsonObject } from '@muster/sdk';
import type { CollectionDefinition } from '../ports/store.ts';

export type JobState = 'preparing' | 'scheduled' | 'running' | 'paused' | 'done' | 'cancelled';
export type TaskState = 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled' | 'uncertain';

export interface JobRecord {
  readonly id: string;
  readonly plugin: string;
  readonly action: string;
  readonly title: string;
  readonly input: JsonObject;
  readonly state: JobState;
  readonly concurrency: number;
  readonly total: number;
  /** Who asked: `local`, or a token's name. */
  readonly actor: string;
  /** The job this one retries. */
  readonly retryOf: string | null;
  readonly startAt: number | null;
  readonly everyMs: number | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface TaskError {
  readonly code: string;
  readonly message: string;
}

export interface TaskRecord {
  readonly id: string;
  readonly job: string;
  /** Null for an action over the plugin as a whole. */
  readonly account: string | null;
  readonly label: string;
  readonly state: TaskState;
  /** Position in the job: tasks are taken in this order. */
  readonly order: number;
  /** Not before (backoff, a resting account). */
  readonly notBefore: number;
  readonly attempt: number;
  /** Tries that cost no attempt (resting accounts, changed proxies), bounded on their own. */
  readonly detours: number;
  readonly error: TaskError | null;
  readonly output: Json;
  readonly checkpoint: Json;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export const JOBS: CollectionDefinition = {
  name: 'jobs',
  indexes: { created: { partition: [], order: ['createdAt'] } },
};

export const TASKS: CollectionDefinition = {
  name: 'tasks',
  indexes: {
    queue: { partition: ['job', 'state'], order: ['order'] },
    due: { partition: ['job', 'state'], order: ['notBefore'] },
    job: { partition: ['job'], order: ['order'] },
    account: { partition: ['account'], order: ['order'] },
  },
  tallies: [['job', 'state']],
};
