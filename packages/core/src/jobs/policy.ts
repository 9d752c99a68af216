const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** The numbers of the engine, in one place. Times are milliseconds. */
export interface JobPolicy {
  /** Tasks at once when neither the operator nor the action says. */
  readonly concurrency: number;
  /** Tries of one task, the first included, when the action does not say. */
  readonly maxAttempts: number;
  /** Tries that cost no attempt (a resting account, another proxy, a crash of the host). */
  readonly maxDetours: number;
  /** Backoff: a random time up to `backoffMs` doubled with each try, never more than `backoffLimitMs`. */
  readonly backoffMs: number;
  readonly backoffLimitMs: number;
  /** How long an account rests when the error does not say. */
  readonly restMs: number;
  /** A task whose account another task holds looks again after this time. */
  readonly busyMs: number;
  /**
   * Leases of a live task are renewed at half of this. Long enough for a machine that was asleep; a host that died is
   * another matter: the next start gives its leases back at once.
   */
  readonly leaseTtlMs: number;
  /** How long a stopped task may take to end before it is left alone. */
  readonly graceMs: number;
  /** Between two snapshots of one job on `change$`. */
  readonly snapshotMs: number;
  /** Outputs and checkpoints, as JSON text. */
  readonly maxJsonLength: number;
  /** Finished jobs go when they are older, or when there are more. */
  readonly keepJobsMs: number;
  readonly keepJobs: number;
  readonly pruneEveryMs: number;
}

export const JOB_POLICY: JobPolicy = {
  concurrency: 5,
  maxAttempts: 3,
  maxDetours: 10,
  backoffMs: 2 * SECOND,
  backoffLimitMs: 300 * SECOND,
  restMs: 60 * SECOND,
  busyMs: SECOND,
  leaseTtlMs: 900 * SECOND,
  graceMs: 5 * SECOND,
  snapshotMs: 250,
  maxJsonLength: 256 * 1_024,
  keepJobsMs: 30 * DAY,
  keepJobs: 1_000,
  pruneEveryMs: DAY,
};
