import type { AccountRecord } from '../accounts/account-record.ts';
import type { NewEvent } from '../events/event.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { LeaseRef, Pool } from '../pool/pool.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import { holderOf, leaseRef, REQUEST_HOLDER, TASK_HOLDER } from './account-lease.ts';
import { findAction } from './find-action.ts';
import type { JobRecord, TaskRecord, TaskState } from './job-record.ts';
import type { JobPolicy } from './policy.ts';
import { INTERRUPTED } from './settle.ts';
import { createTaskQueue } from './task-queue.ts';
import { mayRunAgain } from './try-task.ts';

const BATCH = 500;

export interface RecoverDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly policy: JobPolicy;
  readonly say: (event: NewEvent) => void;
}

/** A job to go on with. `keeps` names the task that still holds what it leased. */
export interface Recovered {
  readonly job: JobRecord;
  readonly keeps: string | null;
}

/** Brings what a dead host left into order, so that every task is queued, waiting or ended, and no account is held by nobody. */
export async function recoverJobs(deps: RecoverDeps): Promise<Recovered[]> {
  const { store } = deps;
  // First of all, before anything expires: which tasks hold a lease tells which had begun.
  const leases = await leasesOf(store, TASK_HOLDER);
  const ofRequests = await leasesOf(store, REQUEST_HOLDER);
  const unfinished = await store.list<JobRecord>('jobs', {
    where: oneOf('state', ['preparing', 'scheduled', 'running', 'paused']),
    sort: { by: 'createdAt' },
  });
  const recovered: Recovered[] = [];
  const kept = new Set<string>();
  for (const job of unfinished) {
    if (job.state === 'preparing' || job.state === 'scheduled') {
      // Nobody was told that it started.
      await createTaskQueue(store, job.id).removeAll();
      if (job.state === 'preparing') await store.commit([{ delete: 'jobs', id: job.id }]);
      continue;
    }
    const standing = await pauseIfGone(deps, job);
    const keeps = await recoverTasks(deps, standing, leases);
    if (keeps !== null) kept.add(holderOf(keeps));
    recovered.push({ job: standing, keeps });
  }
  await finishCancelling(deps);
  await giveBackRest(
    deps,
    [...leases.keys(), ...ofRequests.keys()].filter((holder) => !kept.has(holder)),
  );
  return recovered;
}

/** Of all holders of a kind. */
async function leasesOf(store: Store, kind: string): Promise<Map<string, AccountRecord[]>> {
  const byHolder = new Map<string, AccountRecord[]>();
  // `0` follows `/`: every holder that begins with the kind.
  const where = all(
    { op: 'gte', field: 'lease.holder', value: kind },
    { op: 'lt', field: 'lease.holder', value: kind.replace('/', '0') },
  );
  for (const account of await store.list<AccountRecord>('accounts', { where, sort: { by: 'order' } })) {
    const holder = account.lease?.holder ?? '';
    byHolder.set(holder, [...(byHolder.get(holder) ?? []), account]);
  }
  return byHolder;
}

/** A job whose action is not there now would fail task by task; it waits for its plugin instead. */
async function pauseIfGone({ store, plugins, say }: RecoverDeps, job: JobRecord): Promise<JobRecord> {
  try {
    findAction(plugins, job.plugin, job.action);
    return job;
  } catch (error) {
    if (job.state === 'paused') return job;
    await store.commit([{ update: 'jobs', id: job.id, patch: { set: { state: 'paused' } } }]);
    const message = `${job.title}: paused, as its action cannot be run now: ${(error as Error).message}`;
    say({ level: 'warn', type: 'job.paused', message, job: job.id, plugin: job.plugin });
    return { ...job, state: 'paused' };
  }
}

async function recoverTasks(
  deps: RecoverDeps,
  job: JobRecord,
  leases: ReadonlyMap<string, AccountRecord[]>,
): Promise<string | null> {
  const { store, pool } = deps;
  let keeps: string | null = null;
  const counts = { again: 0, uncertain: 0 };
  for (;;) {
    const where = all(eq('job', job.id), eq('state', 'running'));
    const tasks = await store.list<TaskRecord>('tasks', { where, sort: { by: 'order' }, limit: BATCH });
    if (tasks.length === 0) break;
    const operations = tasks.flatMap((task): Operation[] => {
      const held = leases.get(holderOf(task.id)) ?? [];
      const fate = fateOf(deps, job, { task, held });
      if (fate !== 'fresh') counts[fate] += 1;
      if (fate !== 'uncertain' && task.account === null) return [requeue(task, fate)];
      const back = held.map((account) => pool.finishing(leaseRef(account), { kind: 'unused' }));
      return back.concat(fate === 'uncertain' ? giveUp(task, deps.clock.now()) : requeue(task, fate));
    });
    await store.commit(operations);
  }
  // A task over the plugin as a whole keeps its leases from its first try on, so also one that waits for a retry.
  const open = all(eq('job', job.id), oneOf('state', ['queued', 'waiting'] satisfies TaskState[]), eq('account', null));
  const [task] = job.selection === null ? await store.list<TaskRecord>('tasks', { where: open, limit: 1 }) : [];
  const held = task && leases.get(holderOf(task.id));
  if (task && held) {
    keeps = task.id;
    await pool.renew(
      held.map((account): LeaseRef => leaseRef(account)),
      deps.policy.leaseTtlMs,
    );
  }
  tell(deps, job, counts);
  return keeps;
}

/** `fresh`: taken from the queue, but its action had not begun. */
function fateOf(
  { plugins, policy }: RecoverDeps,
  job: JobRecord,
  { task, held }: { task: TaskRecord; held: readonly AccountRecord[] },
): 'fresh' | 'again' | 'uncertain' {
  // A task that goes through a session never holds a lease: it may have begun.
  const leases = !goesThroughSession(plugins, job);
  if (leases && task.account !== null && held.length === 0 && task.checkpoint === null) return 'fresh';
  // A task that takes the host down with it each time must not do so for ever.
  return mayRunAgain(plugins, job) && task.detours < policy.maxDetours ? 'again' : 'uncertain';
}

function goesThroughSession(plugins: Plugins, job: JobRecord): boolean {
  try {
    const found = findAction(plugins, job.plugin, job.action);
    return found.over === 'account' && found.action.throughSession === true;
  } catch {
    return false;
  }
}

const requeue = (task: TaskRecord, fate: 'fresh' | 'again'): Operation => ({
  update: 'tasks',
  id: task.id,
  patch: { set: { state: 'queued' }, add: { attempt: -1, ...(fate === 'again' && { detours: 1 }) } },
  if: { state: 'running' },
});

const giveUp = (task: TaskRecord, now: number): Operation => ({
  update: 'tasks',
  id: task.id,
  patch: { set: { state: 'uncertain', error: { ...INTERRUPTED }, endedAt: now } },
  if: { state: 'running' },
});

function tell({ say }: RecoverDeps, job: JobRecord, { again, uncertain }: { again: number; uncertain: number }): void {
  if (again + uncertain === 0) return;
  const message = `${job.title}: the host ended in the middle of ${again + uncertain} tasks; ${again} run again, ${uncertain} are uncertain`;
  say({ level: uncertain > 0 ? 'warn' : 'info', type: 'job.recovered', message, job: job.id, plugin: job.plugin });
}

/** Cancelling was acknowledged or under way: what is left of those jobs is cancelled, and what ran is uncertain. */
async function finishCancelling(deps: RecoverDeps): Promise<void> {
  const { store, clock } = deps;
  const where = all(eq('state', 'cancelled'), eq('endedAt', null));
  for (const job of await store.list<JobRecord>('jobs', { where })) {
    const queue = createTaskQueue(store, job.id);
    await queue.cancelRest(clock.now());
    for await (const tasks of queue.pieces(['running'])) await store.commit(tasks.map((task) => giveUp(task, clock.now())));
    const result = (await queue.figures()).result();
    await store.commit([
      { update: 'jobs', id: job.id, patch: { set: { endedAt: clock.now(), result: structuredClone(result) as never } } },
    ]);
  }
}

async function giveBackRest({ pool, say }: RecoverDeps, holders: readonly string[]): Promise<void> {
  let count = 0;
  for (const holder of holders) {
    const held = await pool.held(holder);
    if (held.length > 0) await pool.giveBack(held.map(leaseRef));
    count += held.length;
  }
  if (count > 0)
    say({
      level: 'info',
      type: 'lease.returned',
      message: `${count} accounts were still held by tasks and requests that are no more; they are back in their place`,
    });
}
