import type { Json, JsonObject } from '@muster/sdk';
import type { AccountSelection } from '../accounts/accounts.ts';
import type { CollectionDefinition } from '../ports/store.ts';
import type { StepFigure } from './job-steps.ts';

export type JobState = 'preparing' | 'scheduled' | 'running' | 'paused' | 'done' | 'cancelled';
/**
 * `waiting`: until `notBefore` (backoff, a resting or busy account); a task that asks a person is still `running`.
 * `uncertain`: interrupted, and nobody knows what it did.
 */
export const TASK_STATES = ['queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'uncertain'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** What a job came to: kept with its record, so that a list of old jobs reads no tasks. */
export interface JobResult {
  readonly counts: Readonly<Record<TaskState, number>>;
  readonly errors: readonly { readonly code: string; readonly count: number; readonly example: string }[];
  /** What the tasks named of their work, and how long it took in the middle; older records have none. */
  readonly steps?: readonly StepFigure[];
  /** Of an action over the plugin as a whole. */
  readonly output: Json;
}

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
  /** Which accounts, for a job that is expanded when its time comes. */
  readonly selection: AccountSelection | null;
  /** The first job of a repeated one: two of a series never run at once. */
  readonly series: string | null;
  readonly startAt: number | null;
  readonly everyMs: number | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  /** Null with the state `cancelled`: tasks are still being stopped. */
  readonly endedAt: number | null;
  /** Set when the job has ended. */
  readonly result: JobResult | null;
}

export interface TaskError {
  readonly code: string;
  readonly message: string;
  /** When another try may do better, counted from the task's end. */
  readonly retryAfterMs?: number;
  /** Facts for a program, as the error had them. */
  readonly details?: Json;
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
  },
  tallies: [
    ['job', 'state'],
    ['job', 'state', 'error.code'],
  ],
};
