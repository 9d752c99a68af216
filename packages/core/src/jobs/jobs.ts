import type { JsonObject } from '@muster/sdk';
import type { Observable } from 'rxjs';
import type { AccountSelection } from '../accounts/accounts.ts';
import type { StepFigure } from './job-steps.ts';
import type { JobRecord, JobState, TaskRecord, TaskState } from './job-record.ts';

export interface NewJob {
  readonly plugin: string;
  readonly action: string;
  /** For an action over accounts. */
  readonly selection?: AccountSelection;
  readonly input: Readonly<Record<string, unknown>>;
  readonly concurrency?: number;
  readonly actor: string;
  /** Start at (ms since the epoch), and again every so often. */
  readonly at?: number;
  readonly everyMs?: number;
}

/** A job with its live figures: what the job panels draw. */
export interface JobSnapshot extends Omit<JobRecord, 'selection' | 'series' | 'result'> {
  readonly counts: Readonly<Record<TaskState, number>>;
  /** Finished tasks a minute over the last minute. */
  readonly ratePerMinute: number;
  /** Milliseconds left at that rate; null when it cannot be said. */
  readonly leftMs: number | null;
  /** Failed tasks by error code, most first. */
  readonly errors: readonly { readonly code: string; readonly count: number; readonly example: string }[];
  /** Of each step that the tasks name: how many passed it, and how long it takes in the middle. */
  readonly steps: readonly StepFigure[];
  /** What the running tasks say of themselves; at most 100, the oldest first. */
  readonly running: readonly TaskProgress[];
  /** For an action over the plugin as a whole: its output when done. */
  readonly output: JsonObject | null;
}

export interface TaskProgress {
  readonly task: string;
  readonly account: string | null;
  readonly label: string;
  readonly attempt: number;
  readonly done: number;
  readonly total: number;
  readonly note: string;
  /** How long it has been running. */
  readonly sinceMs: number;
}

export interface TaskWindow {
  readonly job: string;
  readonly state?: TaskState;
  readonly offset?: number;
  readonly limit?: number;
}

/** What one action can do with a selection, and why not with the rest. */
export interface Applicable {
  readonly plugin: string;
  readonly action: string;
  readonly title: string;
  readonly can: number;
  readonly cannot: readonly { readonly reason: string; readonly count: number }[];
  readonly dangerous: boolean;
}

export interface Jobs {
  /** Hot, replays nothing: a job's snapshot at each change of its state, and at most four a second while it works. */
  readonly change$: Observable<JobSnapshot>;
  /** Durable when it resolves: the job goes on after a crash. BAD_INPUT names the field. */
  start(job: NewJob): Promise<JobSnapshot>;
  get(id: string): Promise<JobSnapshot>;
  list(query?: {
    readonly plugin?: string;
    readonly action?: string;
    readonly state?: JobState;
    readonly offset?: number;
    readonly limit?: number;
  }): Promise<{ readonly total: number; readonly jobs: JobSnapshot[] }>;
  tasks(window: TaskWindow): Promise<{ readonly total: number; readonly tasks: TaskRecord[] }>;
  /** Takes no new task; what runs, finishes. */
  pause(id: string, actor: string): Promise<JobSnapshot>;
  resume(id: string, actor: string): Promise<JobSnapshot>;
  /** Stops what runs, gives accounts back, marks the rest cancelled. */
  cancel(id: string, actor: string): Promise<JobSnapshot>;
  setConcurrency(id: string, concurrency: number, actor: string): Promise<JobSnapshot>;
  /** A new job of the failed (or also uncertain) tasks' accounts with the same input. */
  retry(
    id: string,
    options: { readonly codes?: readonly string[]; readonly uncertain?: boolean; readonly actor: string },
  ): Promise<JobSnapshot>;
  /** Per action over accounts, of the plugins in the selection. Counts states; does not read the accounts one by one. */
  applicable(selection: AccountSelection): Promise<readonly Applicable[]>;
  /**
   * Takes up what a former host left; then runs what is due. Once, before anything leases or expires: which leases the
   * tasks of the dead host hold tells how far they came.
   */
  recover(): Promise<void>;
  /** Takes no more work, aborts what runs, waits for it at most `graceMs`; interrupted tasks go back to the queue or to `uncertain`. */
  stop(graceMs: number): Promise<void>;
}
