const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The numbers of the service, in one place. Times are milliseconds. */
export interface SessionPolicy {
  /** Before a session is opened again: doubled with each failure in a row, from half of it to all of it by chance. */
  readonly backoffMs: number;
  readonly backoffLimitMs: number;
  /** A session that was ready for so long begins anew with the shortest wait. */
  readonly stableMs: number;
  /** How long a session may be `opening`, or mend itself while `lost`, without a word before the host ends it and opens it again. */
  readonly mendMs: number;
  /** A task whose session waits for a person looks again after so long. */
  readonly personMs: number;
  /** How long an action waits for a session that is on its way to be ready. */
  readonly readyMs: number;
  /** How long one session may take to end cleanly. */
  readonly closeMs: number;
  /** Renewed at half of this. */
  readonly leaseTtlMs: number;
  /** Steps of a history that are kept. */
  readonly history: number;
  /** What an operator gives when opening, as JSON text. */
  readonly maxJsonLength: number;
}

export const SESSION_POLICY: SessionPolicy = {
  backoffMs: 2 * SECOND,
  backoffLimitMs: 5 * MINUTE,
  stableMs: MINUTE,
  mendMs: 10 * MINUTE,
  personMs: 30 * SECOND,
  readyMs: MINUTE,
  closeMs: 20 * SECOND,
  leaseTtlMs: 15 * MINUTE,
  history: 50,
  maxJsonLength: 64 * 1_024,
};

/** The wait before the next try. `failures` is 1 after the first. */
export const backoff = (failures: number, policy: SessionPolicy, random: () => number): number => {
  const most = Math.min(policy.backoffLimitMs, policy.backoffMs * 2 ** (failures - 1));
  return Math.floor(most / 2 + (random() * most) / 2);
};
