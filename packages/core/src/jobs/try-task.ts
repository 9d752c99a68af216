import { MusterError, safeText, toMusterError } from '@muster/sdk';
import type { AccountChange, AnyAccountAction, AnyPluginAction, Json, Plugin } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Proxies } from '../proxies/proxies.ts';
import { DEFAULT_FROM, holderOf, leaseRef, takeAccount } from './account-lease.ts';
import { findAction, parseInput } from './find-action.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';
import type { Shown } from './job-steps.ts';
import type { TaskProgress } from './jobs.ts';
import { jsonValue } from './json-value.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { JobPolicy } from './policy.ts';
import { nextStep } from './remedies.ts';
import type { AccountAfter } from './remedies.ts';
import { createAccountContext, createPluginContext, origin } from './task-context.ts';
import type { AnyContext, TaskContextDeps, Try } from './task-context.ts';
import type { TaskSessions } from './task-sessions.ts';

/** How one try of a task ended. */
export type Verdict =
  /** `restUntil`: the account is put away until then. */
  | { readonly kind: 'done'; readonly output: Json; readonly restUntil?: number | undefined }
  | { readonly kind: 'failed'; readonly error: MusterError; readonly account: AccountAfter }
  | {
      readonly kind: 'again';
      readonly notBefore: number;
      readonly cost: 'attempt' | 'detour' | 'nothing';
      readonly error: MusterError | null;
      readonly account: AccountAfter;
    }
  /** Its lease went to somebody else: nothing may be said of the account. */
  | { readonly kind: 'lost'; readonly error: MusterError }
  | { readonly kind: 'cancelled' }
  /** The host stops. */
  | { readonly kind: 'interrupted'; readonly again: boolean };

export interface TaskTry {
  readonly verdict: Promise<Verdict>;
  /** The account under lease, as it is now. */
  account(): AccountRecord | undefined;
  progress(): TaskProgress;
  /** Aborts; after the grace the task is left to itself. */
  stop(why: 'cancel' | 'shutdown', graceMs: number): void;
}

export interface TryDeps extends TaskContextDeps {
  readonly plugins: Plugins;
  readonly keeper: LeaseKeeper;
  readonly proxies: Proxies;
  readonly sessions: TaskSessions;
  readonly policy: JobPolicy;
  /** What the task says of itself has changed. */
  readonly touched: () => void;
  /** The task has gone on from what it said of itself so many ms ago. */
  readonly passed: (shown: Shown, ms: number) => void;
}

const ABANDONED = Symbol('abandoned');

/** Runs one try of a task that was taken from the queue. Never rejects: everything that can happen is a verdict. */
export function tryTask(deps: TryDeps, job: JobRecord, task: TaskRecord): TaskTry {
  const { clock, policy, random, say } = deps;
  const holder = holderOf(task.id);
  const startedAt = clock.now();
  const proxies = deps.proxies.hold({ holder, ...origin(job, task), plugin: job.plugin });
  const controller = new AbortController();
  const abandoned = Promise.withResolvers<never>();
  abandoned.promise.catch(() => undefined);
  let stopped: 'cancel' | 'shutdown' | 'lost' | undefined;
  let ended = false;
  /** The action's own code has run: from then on nobody knows what a stopped task has done. */
  let begun = false;
  let takeBackGrace: (() => void) | undefined;
  let current: (() => AccountRecord) | undefined;
  let shown: Shown = { done: 0, total: 0, note: '' };
  let shownAt = startedAt;

  function stop(why: 'cancel' | 'shutdown' | 'lost', graceMs: number, reason?: Error): void {
    if (stopped !== undefined || ended) return;
    stopped = why;
    controller.abort(reason ?? new MusterError('ABORTED', `The task of ${task.label} was stopped.`));
    takeBackGrace = clock.after(graceMs, () => {
      if (ended) return;
      say({
        level: 'warn',
        type: 'task.abandoned',
        message: `${task.label}: the task did not stop within ${graceMs / 1_000} s and is left to itself; its account is given back`,
        ...origin(job, task),
      });
      abandoned.reject(ABANDONED);
    });
  }

  function goOn(): void {
    const now = clock.now();
    deps.passed(shown, now - shownAt);
    shownAt = now;
  }

  const tried = (plugin: Plugin, input: Readonly<Record<string, unknown>>): Try => ({
    plugin,
    job,
    task,
    holder,
    ttlMs: policy.leaseTtlMs,
    maxJsonLength: policy.maxJsonLength,
    config: deps.plugins.config(job.plugin),
    input,
    signal: controller.signal,
    proxies,
    ended: () => ended,
    progress: (done, total, note) => {
      if (note !== shown.note) goOn();
      shown = { done, total, note };
      deps.touched();
    },
  });

  const lost = (error: Error): void => stop('lost', policy.graceMs, error);

  async function run(action: AnyAccountAction | AnyPluginAction, context: AnyContext): Promise<Verdict & { kind: 'done' }> {
    begun = true;
    const work = (async () => action.run(context as never))();
    work.catch(() => undefined);
    const output = await Promise.race([work, abandoned.promise]);
    return { kind: 'done', output: keptOutput(output) };
  }

  /** The work is done and cannot be undone: an output that cannot be kept is dropped with a warning, and fails nothing. */
  function keptOutput(output: unknown): Json {
    try {
      return deps.redactor.redact(jsonValue(output, { what: 'The output', maxLength: policy.maxJsonLength }));
    } catch (error) {
      const message = `${task.label}: done, but its output is not kept. ${toMusterError(error).message}`;
      say({ level: 'warn', type: 'task.output-dropped', message, ...origin(job, task) });
      return null;
    }
  }

  async function begin(): Promise<Verdict> {
    const found = findAction(deps.plugins, job.plugin, job.action);
    const input = parseInput(found.action, job.input, `${job.plugin}.${job.action}`);
    if (found.over === 'plugin') return run(found.action, createPluginContext(deps, tried(found.plugin, input)));
    if (found.action.throughSession === true) return throughSession(found.plugin, found.action, input);
    const taken = await takeAccount(deps, {
      id: task.account ?? '',
      label: task.label,
      holder,
      ttlMs: policy.leaseTtlMs,
      from: found.action.from ?? DEFAULT_FROM,
      patient: task.detours > 0,
    });
    if (taken.kind === 'refused') return { kind: 'failed', error: taken.error, account: 'unused' };
    if (taken.kind === 'wait') {
      const notBefore = taken.until ?? clock.now() + policy.busyMs;
      return { kind: 'again', notBefore, cost: 'nothing', error: null, account: 'unused' };
    }
    current = () => taken.account;
    if (stopped !== undefined) throw controller.signal.reason;
    const account = createAccountContext(deps, tried(found.plugin, input), taken.account);
    current = account.current;
    const ref = leaseRef(taken.account);
    const letGo = deps.keeper.keep(async () => [ref], lost);
    try {
      return { ...(await run(found.action, account.context)), restUntil: account.restUntil() };
    } finally {
      letGo();
    }
  }

  /** The session holds the lease; what the task does not lease, it cannot lose or give back. */
  async function throughSession(
    plugin: Plugin,
    action: AnyAccountAction,
    input: Readonly<Record<string, unknown>>,
  ): Promise<Verdict> {
    const id = task.account ?? '';
    const { sessions } = deps;
    await sessions.ready(id, controller.signal);
    if (stopped !== undefined) throw controller.signal.reason;
    const session = {
      live: () => sessions.live(id),
      held: () => sessions.held(id),
      change: (change: AccountChange<Readonly<Record<string, unknown>>>) => sessions.change(id, change),
    };
    const { context } = createAccountContext(deps, { ...tried(plugin, input), session }, sessions.held(id));
    return run(action, context);
  }

  function verdictOf(thrown: unknown): Verdict {
    const error = thrown === ABANDONED ? new MusterError('ABORTED', 'It did not stop.') : toMusterError(thrown);
    if (error.code === 'LEASE_LOST' || stopped === 'lost') {
      return { kind: 'lost', error: error.code === 'LEASE_LOST' ? error : toMusterError(controller.signal.reason) };
    }
    // What a stopped task throws is mostly its being stopped; that its account is unusable is news all the same.
    if (stopped !== undefined && error.remedy !== 'retire-account') {
      return stopped === 'cancel'
        ? { kind: 'cancelled' }
        : { kind: 'interrupted', again: !begun || mayRunAgain(deps.plugins, job) };
    }
    const maxAttempts = maxAttemptsOf(deps.plugins, job, policy);
    const step = nextStep(error, { ...task, maxAttempts }, { policy, random: () => random.number() });
    if (step.kind === 'fail') return { kind: 'failed', error, account: step.account };
    return { kind: 'again', notBefore: clock.now() + step.afterMs, cost: step.cost, error, account: step.account };
  }

  const verdict = begin()
    .catch(verdictOf)
    .then((reached) => {
      ended = true;
      if (reached.kind === 'done') goOn();
      takeBackGrace?.();
      proxies.end(proxyFault(reached));
      return reached;
    });

  return {
    verdict,
    account: () => current?.(),
    progress: () => ({
      task: task.id,
      account: task.account,
      label: safeText(task.label),
      attempt: task.attempt,
      ...shown,
      sinceMs: clock.now() - startedAt,
    }),
    stop,
  };
}

/** What is wrong with the way out that the task still holds; undefined when that is not why it ended. */
const proxyFault = (verdict: Verdict): string | undefined => {
  const error = verdict.kind === 'again' || verdict.kind === 'failed' ? verdict.error : null;
  return error?.remedy === 'change-proxy' ? error.message : undefined;
};

/** Whether an interrupted task of this job may run once more. A plugin that is gone cannot say, so it may not. */
export function mayRunAgain(plugins: Plugins, job: JobRecord): boolean {
  try {
    return findAction(plugins, job.plugin, job.action).action.afterCrash === 'again';
  } catch {
    return false;
  }
}

function maxAttemptsOf(plugins: Plugins, job: JobRecord, policy: JobPolicy): number {
  try {
    return findAction(plugins, job.plugin, job.action).action.maxAttempts ?? policy.maxAttempts;
  } catch {
    return 1;
  }
}
