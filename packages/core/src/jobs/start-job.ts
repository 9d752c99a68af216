import { MusterError } from '@muster/sdk';
import type { JsonObject } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Accounts, AccountSelection } from '../accounts/accounts.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import { findAction, parseInput } from './find-action.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';
import type { NewJob } from './jobs.ts';
import { jsonValue } from './json-value.ts';
import type { JobPolicy } from './policy.ts';
import { createTaskQueue } from './task-queue.ts';

const BATCH = 1_000;
const MAX_CONCURRENCY = 1_000;
const MIN_EVERY_MS = 1_000;

/** What one task is about. */
export interface TaskSubject {
  readonly account: string | null;
  readonly label: string;
}

export interface StartDeps {
  readonly store: Store;
  readonly accounts: Accounts;
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: JobPolicy;
  /** Throws when the host stops: what is half prepared is taken back. */
  readonly alive: () => void;
}

const bad = (message: string): MusterError => new MusterError('BAD_INPUT', message);

/** The record of a new job, everything in it checked. BAD_INPUT names the field. */
export function draftJob(deps: StartDeps, job: NewJob): JobRecord {
  const { action, over, plugin } = findAction(deps.plugins, job.plugin, job.action);
  const input = jsonValue(job.input, { what: 'The input', maxLength: deps.policy.maxJsonLength }) as JsonObject;
  parseInput(action, input, `${job.plugin}.${job.action}`);
  if (over === 'account' && !job.selection) throw bad(`selection: ${job.plugin}.${job.action} works on accounts; choose some.`);
  if (over === 'plugin' && job.selection) {
    throw bad(`selection: ${job.plugin}.${job.action} works on ${plugin.title} as a whole; it takes no accounts.`);
  }
  if (job.selection?.plugin !== undefined && job.selection.plugin !== job.plugin) {
    throw bad(`selection: the accounts are of "${job.selection.plugin}", the action of "${job.plugin}".`);
  }
  const concurrency = job.concurrency ?? ('concurrency' in action ? action.concurrency : undefined) ?? deps.policy.concurrency;
  checkConcurrency(concurrency);
  checkTime('at', job.at, 0);
  checkTime('everyMs', job.everyMs, MIN_EVERY_MS);
  const now = deps.clock.now();
  const id = deps.random.id();
  const scheduled = job.everyMs !== undefined || (job.at !== undefined && job.at > now);
  return {
    id,
    plugin: job.plugin,
    action: job.action,
    title: action.title,
    input,
    state: scheduled ? 'scheduled' : 'preparing',
    concurrency,
    total: 0,
    actor: job.actor,
    retryOf: null,
    selection: job.selection ? { ...job.selection } : null,
    series: job.everyMs === undefined ? null : id,
    startAt: scheduled ? (job.at ?? now) : null,
    everyMs: job.everyMs ?? null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    result: null,
  };
}

export function checkConcurrency(concurrency: number): void {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    throw bad(`concurrency: a whole number from 1 to ${MAX_CONCURRENCY} is needed, not ${concurrency}.`);
  }
}

function checkTime(name: string, value: number | undefined, min: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min)) return;
  throw bad(`${name}: a whole number of milliseconds of at least ${min} is needed, not ${value}.`);
}

/** What the tasks of a job are about, in their order, in pieces. */
export async function* subjectsOf(deps: StartDeps, job: JobRecord): AsyncIterable<TaskSubject[]> {
  if (job.selection === null) {
    yield [{ account: null, label: job.title }];
    return;
  }
  // `selection.ids` is sent by hand: an id may be there twice, or name an account of another plugin.
  const chosen: AccountSelection = {
    ...job.selection,
    plugin: job.plugin,
    ...(job.selection.ids && { ids: [...new Set(job.selection.ids)] }),
  };
  let found = 0;
  for await (const ids of deps.accounts.ids(chosen)) {
    const records = await Promise.all(ids.map((id) => deps.store.get<AccountRecord>('accounts', id)));
    const subjects = records.flatMap((record) => (record ? [{ account: record.id, label: record.label }] : []));
    found += subjects.length;
    if (subjects.length > 0) yield subjects;
  }
  const missing = (chosen.ids?.length ?? 0) - found;
  if (missing > 0 && chosen.where === undefined) {
    throw bad(`selection.ids: ${missing} of the ${chosen.ids?.length} chosen are no accounts of "${job.plugin}".`);
  }
}

/**
 * Writes the tasks of a job and then lets it run: one transaction when it is small; else batches that count for nothing
 * until the last, with what is to be committed `also`, has made the job `running`. Whatever fails on the way is taken back.
 */
export async function prepareJob(
  deps: StartDeps,
  job: JobRecord,
  { subjects, also = [] }: { readonly subjects: AsyncIterable<TaskSubject[]>; readonly also?: readonly Operation[] },
): Promise<JobRecord> {
  const { store, clock, random } = deps;
  const wasScheduled = job.state === 'scheduled';
  let written = wasScheduled;
  let total = 0;
  let batch: Operation[] = [];
  const flush = async (): Promise<void> => {
    deps.alive();
    if (!written) batch.unshift({ insert: 'jobs', document: job });
    await store.commit(batch);
    written = true;
    batch = [];
  };
  try {
    for await (const piece of subjects) {
      for (const subject of piece) {
        if (batch.length >= BATCH) await flush();
        batch.push({ insert: 'tasks', document: newTask(random.id(), job.id, { subject, order: total++ }) });
      }
    }
    if (total === 0) throw new MusterError('NOTHING_AVAILABLE', `${whatIsMissing(job)}; nothing was started.`);
    const running = { state: 'running', total, startedAt: clock.now() } as const;
    deps.alive();
    if (written) batch.push({ update: 'jobs', id: job.id, patch: { set: running }, if: { state: job.state } });
    else batch.unshift({ insert: 'jobs', document: { ...job, ...running } });
    await store.commit([...batch, ...also]);
    return { ...job, ...running };
  } catch (error) {
    if (written) {
      await createTaskQueue(store, job.id).removeAll();
      if (!wasScheduled) await store.commit([{ delete: 'jobs', id: job.id }]);
    }
    throw error;
  }
}

const whatIsMissing = ({ retryOf, plugin }: JobRecord): string =>
  retryOf === null ? `No account of "${plugin}" is in this selection` : `No task of job ${retryOf} failed like this`;

const newTask = (id: string, job: string, { subject, order }: { subject: TaskSubject; order: number }): TaskRecord => ({
  id,
  job,
  account: subject.account,
  label: subject.label,
  state: 'queued',
  order,
  notBefore: 0,
  attempt: 0,
  detours: 0,
  error: null,
  output: null,
  checkpoint: null,
  startedAt: null,
  endedAt: null,
});
