import type { NewEvent } from '../events/event.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import type { JobRecord } from './job-record.ts';

/** Timers are set anew at least this often: a very long one would be cut by the machine. */
const LONGEST_WAIT_MS = 3_600_000;

export interface ScheduleDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly say: (event: NewEvent) => void;
  /** Makes the job run, committing also what follows from it. Rejects when it cannot. */
  readonly run: (job: JobRecord, also: readonly Operation[]) => Promise<void>;
}

/** Starts scheduled jobs when their time comes; one that was missed starts once, late. */
export interface Schedule {
  /** Looks what is due, runs it, and sets the timer for the next. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export function createSchedule({ store, clock, random, say, run }: ScheduleDeps): Schedule {
  let takeBack: (() => void) | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  const next = async (): Promise<JobRecord | undefined> => {
    const [job] = await store.list<JobRecord>('jobs', { where: eq('state', 'scheduled'), sort: { by: 'startAt' }, limit: 1 });
    return job;
  };

  async function lookNow(): Promise<void> {
    takeBack?.();
    for (;;) {
      const job = stopped ? undefined : await next();
      if (!job || stopped) return;
      const wait = (job.startAt ?? 0) - clock.now();
      if (wait > 0) {
        takeBack = clock.after(Math.min(wait, LONGEST_WAIT_MS), () => void schedule.look());
        return;
      }
      await fire(job);
    }
  }

  async function fire(job: JobRecord): Promise<void> {
    const after = following(job, clock.now());
    try {
      if (job.series !== null && (await seriesRuns(job.series))) throw new Error('its last run still goes on');
      const also = after === null ? [] : [insertFollower(job, { id: random.id(), startAt: after, createdAt: clock.now() })];
      await run(job, also);
    } catch (error) {
      if (stopped) return;
      const now = clock.now();
      const end = { state: 'cancelled', endedAt: now };
      await store.commit([{ update: 'jobs', id: job.id, patch: { set: after === null ? end : { startAt: after } } }]);
      const again = after === null ? '' : `; next at ${new Date(after).toISOString()}`;
      const message = `${job.title}: not started at its time: ${(error as Error).message}${again}`;
      say({ level: 'warn', type: 'job.skipped', message, job: job.id, plugin: job.plugin });
    }
  }

  const seriesRuns = async (series: string): Promise<boolean> =>
    (await store.count('jobs', all(eq('series', series), oneOf('state', ['running', 'paused'])))) > 0;

  const schedule: Schedule = {
    look() {
      looking = looking.then(lookNow).catch((error: unknown) => {
        const message = `The schedule stands still: ${(error as Error).message}`;
        say({ level: 'error', type: 'schedule.halted', message });
      });
      return looking;
    },
    async stop() {
      stopped = true;
      takeBack?.();
      await looking;
    },
  };
  return schedule;
}

/** The next time of a repeated job after now, in step with its first. */
export function following({ startAt, everyMs }: Pick<JobRecord, 'startAt' | 'everyMs'>, now: number): number | null {
  if (everyMs === null || startAt === null) return null;
  return startAt + (Math.floor(Math.max(0, now - startAt) / everyMs) + 1) * everyMs;
}

const insertFollower = (job: JobRecord, own: Pick<JobRecord, 'id' | 'startAt' | 'createdAt'>): Operation => ({
  insert: 'jobs',
  document: { ...job, ...own },
});
