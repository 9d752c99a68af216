import type { Json, JsonObject } from '@muster/sdk';
import type { JobRecord, JobResult, TaskError, TaskState } from './job-record.ts';
import { TASK_STATES } from './job-record.ts';
import { createSteps, type JobSteps } from './job-steps.ts';
import type { JobSnapshot, TaskProgress } from './jobs.ts';

const MINUTE = 60_000;
const BUCKET = 1_000;
/** More than a screen shows; keeps a snapshot small at a concurrency of a thousand. */
const MAX_RUNNING_SHOWN = 100;

const zeroCounts = (): Record<TaskState, number> =>
  Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;

/** The figures of one job, kept in step with the store by whoever moves its tasks. */
export interface JobFigures {
  readonly counts: Readonly<Record<TaskState, number>>;
  /** Tasks that will still run. */
  readonly open: number;
  move(from: TaskState, to: TaskState, count?: number): void;
  add(state: TaskState, count: number): void;
  failed(error: TaskError, count?: number): void;
  readonly steps: JobSteps;
  /** The job goes (on) from now: what was before, under another host or before a pause, says nothing of its rate. */
  goesFrom(at: number): void;
  /** A task ended at this time. */
  ended(at: number): void;
  output: Json;
  result(): JobResult;
  snapshot(record: JobRecord, running: readonly TaskProgress[], now: number): JobSnapshot;
}

export function createFigures(): JobFigures {
  const counts = zeroCounts();
  const errors = new Map<string, { count: number; example: string }>();
  // Ended tasks per second of the last minute, by second.
  const ends = new Map<number, number>();
  let from = 0;
  let output: Json = null;

  const rate = (record: JobRecord, now: number): number => {
    for (const second of ends.keys()) if (second <= Math.floor((now - MINUTE) / BUCKET)) ends.delete(second);
    const ended = [...ends.values()].reduce((sum, count) => sum + count, 0);
    // A job younger than a minute is measured over its age, or its rate would seem to climb for a minute.
    const span = Math.min(MINUTE, Math.max(BUCKET, now - Math.max(from, record.startedAt ?? now)));
    return Math.round((ended * MINUTE * 10) / span) / 10;
  };

  const figures: JobFigures = {
    counts,
    steps: createSteps(),
    get open() {
      return counts.queued + counts.running + counts.waiting;
    },
    move(from, to, count = 1) {
      counts[from] -= count;
      counts[to] += count;
    },
    add(state, count) {
      counts[state] += count;
    },
    failed({ code, message }, count = 1) {
      const known = errors.get(code);
      errors.set(code, { count: (known?.count ?? 0) + count, example: known?.example ?? message });
    },
    goesFrom(at) {
      from = at;
      ends.clear();
    },
    ended(at) {
      const second = Math.floor(at / BUCKET);
      ends.set(second, (ends.get(second) ?? 0) + 1);
    },
    get output() {
      return output;
    },
    set output(value) {
      output = value;
    },
    result: () => ({
      counts: { ...counts },
      errors: [...errors].map(([code, { count, example }]) => ({ code, count, example })).toSorted((a, b) => b.count - a.count),
      steps: figures.steps.list(),
      output,
    }),
    snapshot(record, running, now) {
      const ratePerMinute = record.state === 'running' || record.state === 'paused' ? rate(record, now) : 0;
      const knowsLeft = record.state === 'running' && ratePerMinute > 0;
      return {
        ...snapshotOf(record, figures.result()),
        ratePerMinute,
        leftMs: knowsLeft ? Math.round((figures.open * MINUTE) / ratePerMinute) : null,
        running: running.slice(0, MAX_RUNNING_SHOWN),
      };
    },
  };
  return figures;
}

/** A job that does not run now, from its record. */
export function snapshotOf(record: JobRecord, result: JobResult | null = record.result): JobSnapshot {
  const { result: _kept, selection: _selection, series: _series, ...plain } = record;
  return {
    ...plain,
    counts: { ...zeroCounts(), ...result?.counts },
    ratePerMinute: 0,
    leftMs: null,
    errors: result?.errors ?? [],
    steps: result?.steps ?? [],
    running: [],
    output: asObject(result?.output ?? null),
  };
}

const asObject = (output: Json): JsonObject | null => {
  if (output === null) return null;
  return typeof output === 'object' && !Array.isArray(output) ? (output as JsonObject) : { value: output };
};
