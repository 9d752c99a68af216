import { MusterError, safeText } from '@muster/sdk';
import type {
  Account,
  AccountChange,
  AccountTaskContext,
  JsonObject,
  LiveSession,
  Plugin,
  PluginTaskContext,
  PromptRequest,
  TaskContext,
} from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { NewEvent } from '../events/event.ts';
import type { Redactor } from '../events/events.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { LeaseRef, Pool } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { ProxyHold } from '../proxies/proxies.ts';
import type { Prompts } from '../prompts/prompts.ts';
import type { PluginParts } from '../services/plugin-parts.ts';
import { leaseRef } from './account-lease.ts';
import type { JobRecord, TaskRecord } from './job-record.ts';
import { jsonValue } from './json-value.ts';
import { createPoolAccess } from './pool-access.ts';

type Data = Readonly<Record<string, unknown>>;
type Config = Readonly<Record<string, unknown>>;
type Input = Readonly<Record<string, unknown>>;

const MAX_NOTE = 200;
const MAX_LOG = 4_000;

export interface TaskContextDeps {
  readonly store: Store;
  readonly pool: Pool;
  readonly prompts: Prompts;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  readonly parts: Pick<PluginParts, 'service'>;
  readonly evidence: Pick<Evidence, 'keep'>;
  readonly say: (event: NewEvent) => void;
  /** As `say`, and resolves when it is written. */
  readonly record: (event: NewEvent) => Promise<void>;
  /** Reveals a secret of an account for the task; masked from then on. */
  readonly secretOf: (account: AccountRecord, field: string) => Promise<string | undefined>;
  /** Changes an account that the task holds. */
  readonly change: (account: AccountRecord, change: AccountChange<Data>) => Promise<AccountRecord>;
}

/** The session of a task's account. Each throws SESSION_NOT_READY when it is gone. */
export interface TaskSession {
  live(): LiveSession;
  held(): AccountRecord;
  change(change: AccountChange<Data>): Promise<AccountRecord>;
}

/** One try of one task, as its context needs it. */
export interface Try {
  readonly plugin: Plugin;
  readonly job: JobRecord;
  readonly task: TaskRecord;
  readonly holder: string;
  readonly ttlMs: number;
  readonly maxJsonLength: number;
  readonly config: Config;
  readonly input: Input;
  readonly signal: AbortSignal;
  /** Ended with the try. */
  readonly proxies: ProxyHold;
  /** For an action that goes through the account's session, which holds the lease. */
  readonly session?: TaskSession;
  /** True once the task has ended: nothing it kept of its context works any more. */
  readonly ended: () => boolean;
  readonly progress: (done: number, total: number, note: string) => void;
}

const amount = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0);

function createBase(deps: TaskContextDeps, tried: Try, alive: () => void): Omit<TaskContext<Config, Input>, 'ask'> {
  const { store, clock, random, redactor, say } = deps;
  const { job, task, signal } = tried;
  return {
    taskId: task.id,
    jobId: job.id,
    attempt: task.attempt,
    config: tried.config,
    input: tried.input,
    signal,
    async fetch(resource, init) {
      alive();
      const signals = [signal, init?.signal, resource instanceof Request ? resource.signal : undefined];
      return deps.fetch(resource, { ...init, signal: AbortSignal.any(signals.filter((one) => one instanceof AbortSignal)) });
    },
    checkpoint: {
      last: task.checkpoint ?? undefined,
      async save(note) {
        alive();
        const checkpoint = jsonValue(note, { what: 'The checkpoint', maxLength: tried.maxJsonLength });
        await store.commit([{ update: 'tasks', id: task.id, patch: { set: { checkpoint } }, if: { state: 'running' } }]);
      },
    },
    proxies: {
      async lease(request) {
        alive();
        return tried.proxies.lease(request);
      },
      giveBack: (proxy, verdict) => tried.proxies.giveBack(proxy, verdict),
    },
    async service() {
      alive();
      return deps.parts.service(job.plugin);
    },
    async evidence(name, content) {
      alive();
      const path = await deps.evidence.keep({ job: job.id, task: task.id }, name, content);
      say({ level: 'info', type: 'task.evidence-kept', message: `Kept for a look: ${path}`, ...origin(job, task) });
      return path;
    },
    now: () => clock.now(),
    random: () => random.number(),
    sleep: (ms) => sleep(ms, clock, signal),
    progress(done, total, note = '') {
      if (!tried.ended()) tried.progress(amount(done), amount(total), safeText(redactor.redact(note), MAX_NOTE));
    },
    log(message, fields) {
      if (tried.ended()) return;
      say({
        level: 'info',
        type: 'task.logged',
        message: safeText(message, MAX_LOG),
        ...origin(job, task),
        ...(fields && {
          fields: jsonValue(fields, { what: 'The fields of a log line', maxLength: tried.maxJsonLength }) as JsonObject,
        }),
      });
    },
  };
}

/** Rejects with the reason of the signal as soon as it is given. */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    if (Number.isNaN(ms)) return reject(new MusterError('BAD_INPUT', 'ms: a number of milliseconds is needed to wait.'));
    const stop = (): void => {
      takeBack();
      reject(signal.reason as Error);
    };
    const takeBack = clock.after(Math.max(0, ms), () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** What every event of a task names. */
export const origin = (job: JobRecord, task: TaskRecord): Pick<NewEvent, 'plugin' | 'job' | 'task' | 'account'> => ({
  plugin: job.plugin,
  job: job.id,
  task: task.id,
  ...(task.account !== null && { account: task.account }),
});

const stillAlive = (tried: Try) => (): void => {
  if (tried.ended()) throw new MusterError('ABORTED', `The task of ${tried.task.label} has ended; its context cannot be used.`);
};

/** For an action over accounts. `current` follows the account through its updates. */
export function createAccountContext(
  deps: TaskContextDeps,
  tried: Try,
  leased: AccountRecord,
): {
  readonly context: AccountTaskContext<Config, Data, Input>;
  readonly current: () => AccountRecord;
  /** Until when the task puts its account away. */
  readonly restUntil: () => number | undefined;
} {
  const { job, task, signal } = tried;
  const alive = stillAlive(tried);
  const held = (): LeaseRef => leaseRef(tried.session?.held() ?? leased);
  let record = leased;
  let asking = 0;
  let restUntil: number | undefined;
  // One after the other, so that two updates at once do not merge into the same old state.
  let turn: Promise<unknown> = Promise.resolve();
  const account: Account<Data> = {
    id: record.id,
    get label() {
      return record.label;
    },
    get status() {
      return record.status;
    },
    get data() {
      return structuredClone(record.data);
    },
    async secret(field) {
      alive();
      return deps.secretOf(record, field);
    },
  };
  const context: AccountTaskContext<Config, Data, Input> = {
    ...createBase(deps, tried, alive),
    account,
    session<TSession extends LiveSession>() {
      alive();
      if (!tried.session) throw new MusterError('SESSION_NOT_READY', `"${job.title}" does not go through sessions.`);
      return tried.session.live() as TSession;
    },
    async update(change) {
      const before = turn;
      const changed = (async () => {
        await before;
        alive();
        record = tried.session ? await tried.session.change(change) : await deps.change(record, change);
        restUntil = change.restUntil ?? restUntil;
      })();
      turn = changed.catch(() => undefined);
      await changed;
    },
    async ask(request) {
      alive();
      asking += 1;
      await deps.pool.attend(held(), safeText(request.title, MAX_NOTE));
      try {
        return await deps.prompts.ask(request, promptOrigin(job, task), untilWithdrawn(request, signal));
      } finally {
        asking -= 1;
        // After a stop the lease ends with the task, and with it the state.
        if (asking === 0 && !signal.aborted && !tried.ended()) await deps.pool.attend(held(), null);
      }
    },
  };
  return { context, current: () => record, restUntil: () => restUntil };
}

/** For an action over the plugin as a whole. */
export function createPluginContext(deps: TaskContextDeps, tried: Try): PluginTaskContext<Config, Data, Input> {
  const { job, task, signal, holder, ttlMs } = tried;
  const alive = stillAlive(tried);
  return {
    ...createBase(deps, tried, alive),
    pool: createPoolAccess({ ...deps, plugin: tried.plugin, about: { job: job.id, task: task.id }, holder, ttlMs, alive }),
    async ask(request) {
      alive();
      return deps.prompts.ask(request, promptOrigin(job, task), untilWithdrawn(request, signal));
    },
  };
}

const untilWithdrawn = ({ withdraw }: PromptRequest, signal: AbortSignal): AbortSignal =>
  withdraw ? AbortSignal.any([signal, withdraw]) : signal;

const promptOrigin = (job: JobRecord, task: TaskRecord) => ({
  plugin: job.plugin,
  job: job.id,
  task: task.id,
  account: task.account,
  label: task.label,
});

export type AnyContext = AccountTaskContext<Config, Data, Input> | PluginTaskContext<Config, Data, Input>;
