import type { AccountChange } from '../account.ts';
import type { AccountTaskContext, PluginTaskContext, PromptRequest } from '../context.ts';
import { MusterError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Plugin } from '../plugin.ts';
import type { ProxyAccess } from '../proxy.ts';
import type { PluginService } from '../plugin-runtime.ts';
import type { LiveSession } from '../session.ts';
import type { TestAccount } from './test-account.ts';
import { createTestAccount, createTestPool, type TestPool } from './test-pool.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a task did, as the host would have seen it. */
export interface Seen {
  readonly progress: { readonly done: number; readonly total: number; readonly note: string }[];
  readonly logs: { readonly message: string; readonly fields: Readonly<Record<string, Json>> }[];
  readonly updates: AccountChange<Data>[];
  readonly asked: PromptRequest[];
  /** Checkpoints, oldest first. */
  readonly saved: Json[];
  /** Names of the secret fields that were revealed. */
  readonly revealed: string[];
  readonly evidence: { readonly name: string; readonly content: Uint8Array | string }[];
}

export interface TestContextOptions {
  readonly config?: Data;
  readonly input?: unknown;
  /** The account of an action over accounts. */
  readonly account?: Data;
  /** The pool of an action over the plugin: rows, or a pool that several tasks share. */
  readonly pool?: TestPool | readonly Data[];
  readonly signal?: AbortSignal;
  /** Default: the global one, ended with the signal. */
  readonly fetch?: typeof fetch;
  /** What the last run of this task saved. */
  readonly checkpoint?: Json;
  readonly taskId?: string;
  readonly jobId?: string;
  readonly attempt?: number;
  /** Answers to questions, in their order; then `000000`. */
  readonly answers?: readonly string[];
  /** Answers questions in place of `answers`. */
  readonly answer?: (prompt: PromptRequest) => Promise<string>;
  /** Milliseconds since the epoch when the task starts. Time passes only by `sleep`, which does not wait. */
  readonly now?: number;
  /** What `ctx.service()` gives. */
  readonly service?: PluginService;
  /** What `ctx.session()` gives. */
  readonly session?: LiveSession;
  /** Default: none are set up. */
  readonly proxies?: ProxyAccess;
}

export interface TestContext {
  /** Fits actions over accounts and over the plugin. */
  readonly context: AccountTaskContext<Data, Data, Data> & PluginTaskContext<Data, Data, Data>;
  readonly seen: Seen;
  readonly pool: TestPool;
  /** The account of the task, as its updates left it. */
  readonly account: TestAccount;
}

/** A task's context in memory, with a clock of its own: what it is told is kept in `seen`. */
export function createTestContext(plugin: Plugin, options: TestContextOptions = {}): TestContext {
  const { answers = [], signal = new AbortController().signal, taskId = 'task-1', jobId = 'job-1' } = options;
  let time = options.now ?? Date.UTC(2026, 0, 1);
  const now = (): number => time;
  const rows = Array.isArray(options.pool) ? (options.pool as readonly Data[]) : [];
  const pool = options.pool && 'access' in options.pool ? options.pool : createTestPool(plugin, rows, { now });
  const account = options.account ? createTestAccount(plugin, options.account) : EMPTY;
  const secrets = { ...account.secrets };
  let data = account.data;
  const seen: Seen = { progress: [], logs: [], updates: [], asked: [], saved: [], revealed: [], evidence: [] };
  const access = pool.access(`task/${taskId}`);
  const reach = options.fetch ?? fetch;

  const context: TestContext['context'] = {
    taskId,
    jobId,
    attempt: options.attempt ?? 1,
    config: plugin.config.parse(options.config ?? {}),
    input: (options.input ?? {}) as Data,
    signal,
    fetch: (resource, init) => {
      const signals = [signal, init?.signal, resource instanceof Request ? resource.signal : undefined];
      return reach(resource, { ...init, signal: AbortSignal.any(signals.filter((one) => one instanceof AbortSignal)) });
    },
    checkpoint: {
      last: options.checkpoint,
      // Through JSON, as it would come back from the store.
      save: async (note) => void seen.saved.push(JSON.parse(JSON.stringify(note)) as Json),
    },
    proxies: options.proxies ?? { lease: async () => undefined, giveBack: async () => undefined },
    async service<T extends PluginService>() {
      if (!options.service) throw new MusterError('UNAVAILABLE', 'This test context was given no service.');
      return options.service as T;
    },
    session<T extends LiveSession>() {
      if (!options.session) throw new MusterError('SESSION_NOT_READY', 'This test context was given no session.');
      return options.session as T;
    },
    async evidence(name, content) {
      seen.evidence.push({ name, content });
      return `evidence/${name}`;
    },
    now,
    random: () => 0.5,
    async sleep(ms) {
      signal.throwIfAborted();
      time += Math.max(0, ms);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
    progress: (done, total, note = '') => void seen.progress.push({ done, total, note }),
    log: (message, fields = {}) => void seen.logs.push({ message, fields }),
    async ask(prompt) {
      signal.throwIfAborted();
      seen.asked.push(prompt);
      if (options.answer) return options.answer(prompt);
      return answers[seen.asked.length - 1] ?? '000000';
    },
    account: {
      id: account.id,
      label: account.label,
      get status() {
        return account.status;
      },
      get data() {
        return structuredClone(data);
      },
      async secret(field) {
        seen.revealed.push(field);
        return secrets[field];
      },
    },
    async update(change) {
      seen.updates.push(change);
      if (change.data) data = { ...data, ...change.data };
      if (change.status !== undefined) account.status = change.status;
      if (change.why !== undefined) account.why = change.why;
    },
    pool: {
      ...access,
      async lease(request) {
        const leased = await access.lease(request);
        const noted = (one: (typeof leased)[number]) => async (field: string) => {
          seen.revealed.push(field);
          return one.secret(field);
        };
        return leased.map((one) => Object.assign(one, { secret: noted({ ...one }) }));
      },
    },
  };
  return { context, seen, pool, account };
}

const EMPTY: TestAccount = {
  id: 'account-0',
  label: 'no account',
  data: {},
  secrets: {},
  rank: 0,
  state: 'ready',
  status: null,
  why: null,
  order: 0,
  fence: 0,
  holder: null,
  dueAt: null,
  uses: 0,
};
