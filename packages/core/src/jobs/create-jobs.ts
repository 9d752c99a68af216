import { MusterError } from '@muster/sdk';
import type { Accounts } from '../accounts/accounts.ts';
import type { NewEvent } from '../events/event.ts';
import type { Events, Redactor } from '../events/events.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Prompts } from '../prompts/prompts.ts';
import type { Proxies } from '../proxies/proxies.ts';
import { all, eq } from '../query/filter.ts';
import type { PluginParts } from '../services/plugin-parts.ts';
import type { Vault } from '../vault/vault.ts';
import { changeAccount } from './account-change.ts';
import { createApplicability } from './applicability.ts';
import { createChangeStream } from './change-stream.ts';
import { snapshotOf } from './job-figures.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';
import type { Jobs, JobSnapshot } from './jobs.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import { JOB_POLICY } from './policy.ts';
import type { JobPolicy } from './policy.ts';
import { recoverJobs } from './recover.ts';
import { createRetention } from './retention.ts';
import { createRunner } from './runner.ts';
import type { Runner, RunnerDeps } from './runner.ts';
import { createSchedule } from './schedule.ts';
import { checkConcurrency, draftJob, prepareJob, subjectsOf } from './start-job.ts';
import type { StartDeps, TaskSubject } from './start-job.ts';
import { createTaskQueue } from './task-queue.ts';
import { NO_SESSIONS, type TaskSessions } from './task-sessions.ts';

export interface JobsDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly accounts: Accounts;
  readonly plugins: Plugins;
  readonly prompts: Prompts;
  readonly proxies: Proxies;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly parts: Pick<PluginParts, 'service'>;
  readonly evidence: Pick<Evidence, 'keep'>;
  /** Default: there are none. */
  readonly sessions?: TaskSessions;
  /** Default: the machine's own. */
  readonly fetch?: typeof fetch;
  readonly policy?: Partial<JobPolicy>;
}

const DEFAULT_PAGE = 50;

export function createJobs(deps: JobsDeps): Jobs {
  const { store, pool, accounts, plugins, events, clock, random, sessions = NO_SESSIONS } = deps;
  const policy: JobPolicy = { ...JOB_POLICY, ...deps.policy };
  const runners = new Map<string, Runner>();
  const preparing = new Set<Promise<unknown>>();
  const changes = createChangeStream(clock, policy.snapshotMs);
  const keeper = createLeaseKeeper({ pool, clock, ttlMs: policy.leaseTtlMs });
  const retention = createRetention({ store, clock, policy });
  let stopping = false;
  let recovered = false;
  let takeBackPrune: (() => void) | undefined;
  let pruning: Promise<void> | undefined;

  // The log must not hold up the work, nor fail it.
  const note = (event: NewEvent): Promise<void> => events.record(event).catch(() => undefined);
  const say = (event: NewEvent): void => void note(event);
  const alive = (): void => {
    if (stopping) throw new MusterError('UNAVAILABLE', 'The host is stopping; start the job again after its next start.');
  };
  const startDeps: StartDeps = { store, accounts, plugins, clock, random, policy, alive };
  const runnerDeps: RunnerDeps = {
    ...deps,
    sessions,
    fetch: deps.fetch ?? globalThis.fetch,
    policy,
    keeper,
    changes,
    say,
    record: note,
    secretOf: (account, field) => accounts.secretOf(account, field),
    change: (account, change) => changeAccount(deps, account, change),
    ended: (runner) => void runners.delete(runner.id),
  };

  async function run(job: JobRecord, keeps: string | null = null): Promise<Runner> {
    const queue = createTaskQueue(store, job.id);
    const runner = createRunner(runnerDeps, job, { queue, figures: await queue.figures() });
    if (keeps !== null) runner.keepLeases(keeps);
    runners.set(job.id, runner);
    runner.go();
    return runner;
  }

  async function startNow(job: JobRecord, prepared: Parameters<typeof prepareJob>[2]): Promise<JobSnapshot> {
    recovered = true;
    const work = (async () => {
      const ready = await prepareJob(startDeps, job, prepared);
      const runner = await run(ready);
      const tasks = ready.total === 1 ? 'one task' : `${ready.total} tasks`;
      await audit('job.started', ready, { actor: job.actor, what: `started "${job.title}" with ${tasks}` });
      return runner.snapshot();
    })();
    preparing.add(work);
    try {
      return await work;
    } finally {
      preparing.delete(work);
    }
  }

  const schedule = createSchedule({
    store,
    clock,
    random,
    say,
    run: async (job, also) => void (await startNow(job, { subjects: subjectsOf(startDeps, job), also })),
  });

  /** What was done stands, also when it cannot be written down: an error here would make people do it twice. */
  async function audit(type: string, job: JobRecord, { actor, what }: { actor: string; what: string }): Promise<void> {
    const about = { job: job.id, plugin: job.plugin };
    try {
      await events.record({ level: 'audit', type, actor, message: `${actor} ${what}`, ...about });
    } catch (error) {
      const message = `Not in the audit record: ${actor} ${what}. ${(error as Error).message}`;
      say({ level: 'error', type: 'audit.failed', message, ...about });
    }
  }

  async function record(id: string): Promise<JobRecord> {
    const job = await store.get<JobRecord>('jobs', id);
    if (!job) throw new MusterError('NOT_FOUND', `There is no job ${id}.`);
    return job;
  }

  async function snapshot(job: JobRecord): Promise<JobSnapshot> {
    const runner = runners.get(job.id);
    if (runner) return runner.snapshot();
    if (job.result !== null || job.state === 'preparing' || job.state === 'scheduled') return snapshotOf(job);
    // One that stands still, as its store failed.
    return snapshotOf(job, (await createTaskQueue(store, job.id).figures()).result());
  }

  /** The runner of a job that can still be steered. */
  async function steered(id: string): Promise<{ readonly job: JobRecord; readonly runner: Runner }> {
    alive();
    const job = await record(id);
    const runner = runners.get(id);
    if (runner) return { job, runner };
    const why =
      job.state === 'scheduled'
        ? 'has not started yet'
        : job.state === 'preparing'
          ? 'is still being prepared'
          : `is ${job.state}`;
    throw new MusterError('CONFLICT', `Job ${id} (${job.title}) ${why}; there is nothing to change.`);
  }

  async function cancelScheduled(job: JobRecord): Promise<void> {
    const set = { state: 'cancelled', endedAt: clock.now() } as const;
    await store.commit([{ update: 'jobs', id: job.id, patch: { set }, if: { state: 'scheduled' } }]);
    await createTaskQueue(store, job.id).removeAll();
    changes.now(job.id, () => snapshotOf({ ...job, ...set }));
    await schedule.look();
  }

  /** Old jobs go in the background, at the start and then daily. */
  async function prune(): Promise<void> {
    try {
      await retention.prune();
    } catch (error) {
      say({ level: 'warn', type: 'job.kept', message: `Old jobs could not be removed: ${(error as Error).message}` });
    }
    if (stopping) return;
    takeBackPrune = clock.after(policy.pruneEveryMs, () => {
      pruning = prune();
    });
  }

  return {
    change$: changes.change$,

    async start(job) {
      alive();
      const draft = draftJob(startDeps, job);
      if (draft.state !== 'scheduled') return startNow(draft, { subjects: subjectsOf(startDeps, draft) });
      await store.commit([{ insert: 'jobs', document: draft }]);
      changes.now(draft.id, () => snapshotOf(draft));
      const at = new Date(draft.startAt ?? 0).toISOString();
      await audit('job.scheduled', draft, { actor: job.actor, what: `scheduled "${draft.title}" for ${at}` });
      await schedule.look();
      return snapshot(await record(draft.id));
    },

    get: async (id) => snapshot(await record(id)),

    async list({ offset = 0, limit = DEFAULT_PAGE, ...asked } = {}) {
      const filters = Object.entries(asked).flatMap(([field, value]) => (value === undefined ? [] : [eq(field, value)]));
      const where = filters.length === 0 ? {} : { where: all(...filters) };
      const [total, jobs] = await Promise.all([
        store.count('jobs', where.where),
        store.list<JobRecord>('jobs', { ...where, sort: { by: 'createdAt', descending: true }, offset, limit }),
      ]);
      return { total, jobs: await Promise.all(jobs.map(snapshot)) };
    },

    async tasks({ job, state, offset = 0, limit = DEFAULT_PAGE }) {
      await record(job);
      const where = all(eq('job', job), state === undefined ? undefined : eq('state', state));
      const [total, tasks] = await Promise.all([
        store.count('tasks', where),
        store.list<TaskRecord>('tasks', { where, sort: { by: 'order' }, offset, limit }),
      ]);
      return { total, tasks };
    },

    async pause(id, actor) {
      const { job, runner } = await steered(id);
      await runner.pause();
      await audit('job.paused', job, { actor, what: `paused "${job.title}"` });
      return this.get(id);
    },

    async resume(id, actor) {
      const { job, runner } = await steered(id);
      await runner.resume();
      await audit('job.resumed', job, { actor, what: `resumed "${job.title}"` });
      return this.get(id);
    },

    async cancel(id, actor) {
      const job = await record(id);
      if (job.state === 'cancelled') return snapshot(job);
      if (job.state === 'scheduled') await cancelScheduled(job);
      else await (await steered(id)).runner.cancel();
      await audit('job.cancelled', job, { actor, what: `cancelled "${job.title}"` });
      return this.get(id);
    },

    async setConcurrency(id, concurrency, actor) {
      checkConcurrency(concurrency);
      const { job, runner } = await steered(id);
      await runner.setConcurrency(concurrency);
      await audit('job.changed', job, { actor, what: `set "${job.title}" to ${concurrency} tasks at once` });
      return this.get(id);
    },

    async retry(id, { codes, uncertain = false, actor }) {
      alive();
      const job = await record(id);
      const subjects = failedSubjects(job, codes, uncertain);
      const { plugin, action, input, concurrency } = job;
      const draft = draftJob(startDeps, {
        plugin,
        action,
        input,
        concurrency,
        actor,
        ...(job.selection && { selection: job.selection }),
      });
      return startNow({ ...draft, retryOf: id }, { subjects });
    },

    applicable: createApplicability({ store, plugins, clock, sessions }),

    async recover() {
      if (recovered) throw new MusterError('INTERNAL', 'Jobs recover once, before the first of them runs.');
      recovered = true;
      await deps.prompts.recover();
      const found = await recoverJobs({ store, pool, plugins, clock, policy, say });
      for (const { job, keeps } of found) await run(job, keeps);
      pruning = prune();
      await schedule.look();
    },

    async stop(graceMs) {
      stopping = true;
      takeBackPrune?.();
      await Promise.all([schedule.stop(), pruning]);
      await Promise.allSettled(preparing);
      await Promise.all([...runners.values()].map((runner) => runner.stop(graceMs)));
      keeper.stop();
      changes.close();
    },
  };

  async function* failedSubjects(
    job: JobRecord,
    codes: readonly string[] | undefined,
    uncertain: boolean,
  ): AsyncIterable<TaskSubject[]> {
    const queue = createTaskQueue(store, job.id);
    for await (const tasks of queue.pieces(['failed'], codes)) yield tasks.map(({ account, label }) => ({ account, label }));
    if (!uncertain) return;
    for await (const tasks of queue.pieces(['uncertain'])) yield tasks.map(({ account, label }) => ({ account, label }));
  }
}
