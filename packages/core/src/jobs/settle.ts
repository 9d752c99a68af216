import { safeText, toMusterError } from '@muster/sdk';
import type { Json, JsonObject, MusterError, Plugin } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Redactor } from '../events/events.ts';
import type { AccountOutcomeChange, LeaseOutcome, Pool } from '../pool/pool.ts';
import type { Operation, Store } from '../ports/store.ts';
import { holderOf, leaseRef } from './account-lease.ts';
import { jsonValue } from './json-value.ts';
import type { TaskError, TaskRecord, TaskState } from './job-record.ts';
import type { AccountAfter } from './remedies.ts';
import type { Verdict } from './try-task.ts';

const MAX_MESSAGE = 2_000;
const MAX_CODE = 100;

export interface SettleDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly redactor: Redactor;
}

export interface Ended {
  readonly task: TaskRecord;
  /** The account it holds; undefined when it holds none. */
  readonly account: AccountRecord | undefined;
  readonly plugin: Plugin | undefined;
  /** The action is over the plugin as a whole: its leases live as long as the task, and end with it. */
  readonly overPlugin: boolean;
  readonly verdict: Verdict;
  readonly now: number;
}

/** Where a verdict leads, with what the task keeps of it. */
export interface Settled {
  readonly state: TaskState;
  readonly error: TaskError | null;
  readonly notBefore: number;
}

const taskError = (error: MusterError, redactor: Redactor): TaskError => ({
  code: safeText(error.code, MAX_CODE),
  message: safeText(redactor.redact(error.message), MAX_MESSAGE),
  ...(Number.isFinite(error.retryAfterMs) && error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  ...detailsOf(error, redactor),
});

/** Without what is no JSON or too long to stand in each failed task. */
function detailsOf({ details }: MusterError, redactor: Redactor): Pick<TaskError, 'details'> {
  if (details === undefined) return {};
  try {
    return { details: redactor.redact(jsonValue(details, { what: 'The details', maxLength: MAX_MESSAGE })) };
  } catch {
    return {};
  }
}

/**
 * Ends one try: the task's state and its account's go into one transaction, so that a crash never leaves one without the
 * other. Rejects only when the store does not take it.
 */
export async function settle({ store, pool, redactor }: SettleDeps, ended: Ended): Promise<Settled> {
  const { task, verdict, now } = ended;
  const { settled, set, add } = taskPatch(verdict, task, { now, redactor });
  const operation: Operation = {
    update: 'tasks',
    id: task.id,
    patch: { set, ...(add && { add }) },
    if: { state: 'running' },
  };
  const leases = await leaseEnds(pool, ended, settled);
  try {
    await store.commit([operation, ...leases]);
  } catch (error) {
    // The lease moved on while the task ended: whoever has the account now decides about it.
    if (toMusterError(error).code !== 'STORE_CONFLICT' || leases.length === 0) throw error;
    await store.commit([operation]);
  }
  return settled;
}

async function leaseEnds(pool: Pool, ended: Ended, settled: Settled): Promise<Operation[]> {
  const { task, account, overPlugin, verdict } = ended;
  if (verdict.kind === 'lost') return [];
  if (overPlugin) {
    if (['queued', 'waiting'].includes(settled.state)) return [];
    const held = await pool.held(holderOf(task.id));
    return held.map((record) => pool.finishing(leaseRef(record), { kind: 'unused' }));
  }
  return account ? [pool.finishing(leaseRef(account), outcomeOf(ended, account, settled))] : [];
}

function taskPatch(
  verdict: Verdict,
  task: TaskRecord,
  { now, redactor }: { now: number; redactor: Redactor },
): { settled: Settled; set: JsonObject; add?: Readonly<Record<string, number>> } {
  const end = (state: TaskState, error: TaskError | null, more: { output?: Json; checkpoint?: Json } = {}) => ({
    settled: { state, error, notBefore: task.notBefore },
    set: { state, error: error && { ...error }, endedAt: now, ...more },
  });
  switch (verdict.kind) {
    case 'done':
      return end('done', null, { output: verdict.output, checkpoint: null });
    case 'failed':
    case 'lost':
      return end('failed', taskError(verdict.error, redactor));
    case 'cancelled':
      return end('cancelled', null);
    case 'interrupted': {
      if (!verdict.again) return end('uncertain', INTERRUPTED);
      const settled: Settled = { state: 'queued', error: task.error, notBefore: task.notBefore };
      return { settled, set: { state: 'queued' }, add: { attempt: -1 } };
    }
    default: {
      const error = verdict.error ? taskError(verdict.error, redactor) : task.error;
      const settled: Settled = { state: 'waiting', error, notBefore: verdict.notBefore };
      const set = { state: 'waiting', error: error && { ...error }, notBefore: verdict.notBefore };
      if (verdict.cost === 'attempt') return { settled, set };
      return { settled, set, add: { attempt: -1, ...(verdict.cost === 'detour' && { detours: 1 }) } };
    }
  }
}

export const INTERRUPTED: TaskError = {
  code: 'INTERRUPTED',
  message: 'The host ended in the middle of this task; what it did is not known. Look, then retry it or leave it.',
};

function outcomeOf({ verdict, plugin, task, now }: Ended, account: AccountRecord, { error }: Settled): LeaseOutcome {
  if (verdict.kind === 'done') {
    const { restUntil } = verdict;
    if (restUntil !== undefined && restUntil > now) return { kind: 'rest', until: restUntil };
    return { kind: 'used', change: stateOfWord(account, plugin) };
  }
  if (verdict.kind !== 'failed' && verdict.kind !== 'again') return { kind: 'unused' };
  const status = verdict.error?.status;
  const change: AccountOutcomeChange = {
    ...(status !== undefined && { status }),
    ...(error && error !== task.error && { why: error.message }),
  };
  return accountOutcome(verdict.account, change, now);
}

function accountOutcome(after: AccountAfter, change: AccountOutcomeChange, now: number): LeaseOutcome {
  if (after === 'unused') return { kind: 'unused' };
  if (typeof after === 'object') return { kind: 'rest', until: now + after.restMs, change };
  return { kind: after, change };
}

/** A task that ends well leaves its account in the state that the plugin's status word means. */
export function stateOfWord(account: AccountRecord, plugin: Plugin | undefined): AccountOutcomeChange {
  const words = plugin?.statuses ?? {};
  const state = account.status !== null && Object.hasOwn(words, account.status) ? words[account.status] : undefined;
  if (state === undefined || state === 'busy' || state === 'cooling') return {};
  return { state, ...(state !== 'ready' && { why: account.why }) };
}
