import { toMusterError } from '@muster/sdk';
import type { JsonObject, Plugin } from '@muster/sdk';
import pLimit from 'p-limit';
import type { ChangeStream } from './change-stream.ts';
import { holderOf, leaseRef } from './account-lease.ts';
import { findAction } from './find-action.ts';
import type { JobFigures } from './job-figures.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';
import type { JobSnapshot } from './jobs.ts';
import { settle } from './settle.ts';
import type { Settled } from './settle.ts';
import { taskEvent } from './task-event.ts';
import type { TaskQueue } from './task-queue.ts';
import { tryTask } from './try-task.ts';
import type { TaskTry, TryDeps, Verdict } from './try-task.ts';

/** Keeps one job going: takes tasks as slots get free, and ends the job with its last task. */
export interface Runner {
  readonly id: string;
  snapshot(): JobSnapshot;
  /** Takes tasks from now on. */
  go(): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  cancel(): Promise<void>;
  setConcurrency(concurrency: number): Promise<void>;
  /** For the end of the host: no new task, and what runs is interrupted. */
  stop(graceMs: number): Promise<void>;
  /** Renews what this task leases; for one that a dead host left with its leases. */
  keepLeases(task: string): void;
}

export interface RunnerDeps extends Omit<TryDeps, 'touched' | 'passed'> {
  readonly changes: ChangeStream;
  /** The job has ended, or this runner cannot go on. */
  readonly ended: (runner: Runner) => void;
}

export function createRunner(
  deps: RunnerDeps,
  initial: JobRecord,
  { queue, figures }: { queue: TaskQueue; figures: JobFigures },
): Runner {
  const { store, clock, policy, changes, say } = deps;
  let record = initial;
  let taking = false;
  let over = false;
  let halted = false;
  let pumping: Promise<void> | undefined;
  let pumpAgain = false;
  /** When the first waiting task is due, as far as known. */
  let nextDue = 0;
  let takeBackTimer: (() => void) | undefined;
  const limit = pLimit(initial.concurrency);
  const running = new Map<string, TaskTry>();
  /** One for each occupied slot. */
  const ends = new Set<Promise<void>>();
  let stopping: { readonly why: 'cancel' | 'shutdown'; readonly graceMs: number } | undefined;
  let letGo: (() => void) | undefined;
  const tryDeps: TryDeps = {
    ...deps,
    touched: () => changes.soon(initial.id, snapshot),
    passed: (shown, ms) => figures.steps.passed(shown, ms),
  };

  const snapshot = (): JobSnapshot =>
    figures.snapshot(
      record,
      [...running.values()].map((attempt) => attempt.progress()),
      clock.now(),
    );
  const isOver = (): boolean => over;
  const takes = (): boolean => taking;
  const free = (): number => limit.concurrency - limit.activeCount - limit.pendingCount;

  async function save(set: Partial<JobRecord>): Promise<void> {
    await store.commit([{ update: 'jobs', id: record.id, patch: { set: set as JsonObject } }]);
    record = { ...record, ...set };
    changes.now(record.id, snapshot);
  }

  /** A store that fails stops the job where it stands; the next start of the host goes on from there. */
  function halt(thrown: unknown): void {
    if (halted) return;
    halted = true;
    end();
    const error = toMusterError(thrown);
    const message = `${record.title}: the job stands still: ${error.message}`;
    say({ level: 'error', type: 'job.halted', message, job: record.id, plugin: record.plugin, fields: { code: error.code } });
    deps.ended(runner);
  }

  function pump(): Promise<void> {
    pumpAgain = true;
    pumping ??= pumpWhileAsked().finally(() => {
      pumping = undefined;
    });
    return pumping;
  }

  async function pumpWhileAsked(): Promise<void> {
    try {
      while (pumpAgain && !isOver()) {
        pumpAgain = false;
        if (taking) await takeMore();
        if (figures.open === 0 && !over && !stopping) await finish();
      }
    } catch (error) {
      halt(error);
    }
  }

  async function takeMore(): Promise<void> {
    const now = clock.now();
    if (figures.counts.waiting > 0 && now >= nextDue) {
      figures.move('waiting', 'queued', await queue.wake(now));
      nextDue = (await queue.nextDue()) ?? Infinity;
    }
    while (takes() && figures.counts.queued > 0 && free() > 0) {
      const tasks = await queue.take(free(), clock.now());
      if (tasks.length === 0) break;
      figures.move('queued', 'running', tasks.length);
      if (!taking) {
        // The pause came while they were being taken.
        await store.commit(tasks.map((task) => queue.putBack(task)));
        figures.move('running', 'queued', tasks.length);
        break;
      }
      for (const task of tasks) launch(task);
    }
    wakeLater();
    changes.soon(record.id, snapshot);
  }

  function wakeLater(): void {
    takeBackTimer?.();
    takeBackTimer = undefined;
    if (!taking || figures.counts.waiting === 0 || nextDue === Infinity) return;
    takeBackTimer = clock.after(Math.max(0, nextDue - clock.now()), () => void pump());
  }

  function launch(task: TaskRecord): void {
    if (task.account === null) keepLeases(task.id);
    const end = limit(async () => {
      const attempt = tryTask(tryDeps, record, task);
      running.set(task.id, attempt);
      if (stopping) attempt.stop(stopping.why, stopping.graceMs);
      await finishTry(task, attempt);
      running.delete(task.id);
    });
    ends.add(end);
    void end.then(() => {
      ends.delete(end);
      return pump();
    });
  }

  function stopRunning(why: 'cancel' | 'shutdown', graceMs: number): Promise<unknown> {
    stopping = { why, graceMs };
    for (const attempt of running.values()) attempt.stop(why, graceMs);
    return Promise.all(ends);
  }

  /** A task over the plugin as a whole keeps its leases from its first try to its end, also while it waits or is paused. */
  function keepLeases(task: string): void {
    letGo ??= deps.keeper.keep(
      async () => (await deps.pool.held(holderOf(task))).map(leaseRef),
      () => undefined,
    );
  }

  async function finishTry(task: TaskRecord, attempt: TaskTry): Promise<void> {
    const verdict = await attempt.verdict;
    try {
      const found = whatIsThere();
      const settled = await settle(deps, {
        task,
        account: attempt.account(),
        plugin: found?.plugin,
        overPlugin: task.account === null,
        verdict,
        now: clock.now(),
      });
      account(task, verdict, settled);
    } catch (error) {
      halt(error);
    }
  }

  const whatIsThere = (): { readonly plugin: Plugin } | undefined => {
    try {
      return findAction(deps.plugins, record.plugin, record.action);
    } catch {
      return undefined;
    }
  };

  /** The figures and the log follow what was committed. */
  function account(task: TaskRecord, verdict: Verdict, settled: Settled): void {
    const { state, error, notBefore } = settled;
    figures.move('running', state);
    if (state === 'waiting') nextDue = Math.min(nextDue, notBefore);
    else if (state !== 'queued') figures.ended(clock.now());
    if (state === 'failed' && error) figures.failed(error);
    if (verdict.kind === 'done' && task.account === null) figures.output = verdict.output;
    changes.soon(record.id, snapshot);
    const event = taskEvent(record, task, { verdict, settled, now: clock.now() });
    if (event) say(event);
  }

  async function finish(): Promise<void> {
    end();
    await save({ state: 'done', endedAt: clock.now(), result: figures.result() });
    const { done, failed, uncertain } = figures.counts;
    const parts = [`${done} done`, failed > 0 && `${failed} failed`, uncertain > 0 && `${uncertain} uncertain`];
    const message = `${record.title}: ${parts.filter(Boolean).join(', ')}`;
    say({ level: 'info', type: 'job.done', message, job: record.id, plugin: record.plugin });
    deps.ended(runner);
  }

  function end(): void {
    over = true;
    taking = false;
    takeBackTimer?.();
    letGo?.();
  }

  /** No task is taken any more, and none is on its way. */
  async function hold(): Promise<void> {
    taking = false;
    takeBackTimer?.();
    await pumping;
  }

  const runner: Runner = {
    id: initial.id,
    snapshot,
    go() {
      taking = record.state === 'running';
      figures.goesFrom(clock.now());
      changes.now(record.id, snapshot);
      void pump();
    },
    async pause() {
      await hold();
      if (over) return;
      await save({ state: 'paused' });
    },
    async resume() {
      if (over) return;
      figures.goesFrom(clock.now());
      await save({ state: 'running' });
      taking = true;
      void pump();
    },
    async setConcurrency(concurrency) {
      if (over) return;
      await save({ concurrency });
      limit.concurrency = concurrency;
      void pump();
    },
    async cancel() {
      await hold();
      if (over || stopping) return;
      const stopped = stopRunning('cancel', policy.graceMs);
      // Before the tasks end, so that a crash in the middle of cancelling goes on with it.
      await save({ state: 'cancelled' });
      await cancelRest();
      await stopped;
      // A task that was on its way to a retry has gone back to waiting.
      await cancelRest();
      end();
      await save({ endedAt: clock.now(), result: figures.result() });
      deps.ended(runner);
    },
    async stop(graceMs) {
      await hold();
      await stopRunning('shutdown', graceMs);
      end();
    },
    keepLeases,
  };

  async function cancelRest(): Promise<void> {
    const { queued, waiting } = await queue.cancelRest(clock.now());
    figures.move('queued', 'cancelled', queued);
    figures.move('waiting', 'cancelled', waiting);
  }

  return runner;
}
