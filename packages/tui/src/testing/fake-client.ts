import { Readable } from 'node:stream';
import {
  ApiError,
  type Client,
  type HostStatus,
  type Job,
  type MusterEvent,
  type OperationId,
  type PluginInfo,
  type Prompt,
  type Schedule,
  type WatchMessage,
} from '@muster/api';
import { LIVE_ANSWERS, type FakeLive } from './fake-live.ts';
import { fakeChecks, type FakeProxies, PROXY_ANSWERS } from './fake-proxies.ts';
import { createFakeRoster, fakeAccount, type FakeRoster } from './fake-roster.ts';

export interface Call {
  readonly operation: OperationId;
  readonly args: {
    readonly params?: Record<string, unknown>;
    readonly query?: Record<string, unknown>;
    readonly body?: Record<string, unknown>;
  };
}

/** A host in memory: answers what the screens ask, remembers what was asked, and says what a test tells it to say. */
export interface FakeHost extends FakeLive, FakeProxies {
  readonly client: Client;
  readonly roster: FakeRoster;
  readonly calls: Call[];
  jobs: Job[];
  prompts: Prompt[];
  events: MusterEvent[];
  plugins: PluginInfo[];
  /** The picture of every question. */
  picture: Uint8Array;
  schedules: Schedule[];
  /** While true, nothing answers and watches break. */
  gone: boolean;
  readonly say: (message: WatchMessage) => void;
  /** Breaks every watch, as a host that is killed does. */
  readonly drop: () => void;
}

const DEMO_PLUGIN: PluginInfo = {
  id: 'demo',
  title: 'Demo',
  version: '1.0.0',
  source: 'checkout',
  state: 'loaded',
  reason: null,
  rank: 'level',
  statuses: [],
  actions: [
    {
      name: 'check',
      title: 'Check',
      description: 'Logs in and looks.',
      scope: 'account',
      dangerous: false,
      concurrency: null,
      input: {
        type: 'object',
        properties: {
          attempts: { type: 'integer', minimum: 1, maximum: 9, description: 'tries per account' },
          deep: { type: 'boolean', default: false },
        },
        required: ['attempts'],
      },
    },
    {
      name: 'wipe',
      title: 'Wipe',
      description: null,
      scope: 'account',
      dangerous: true,
      concurrency: null,
      input: { type: 'object', properties: {} },
    },
  ],
  account: {
    type: 'object',
    properties: {
      username: { type: 'string', minLength: 1 },
      password: { type: 'string', secret: true },
      level: { type: 'integer', default: 1 },
    },
    required: ['username'],
  },
  config: null,
  settings: null,
  importOptions: { type: 'object', properties: { level: { type: 'integer', minimum: 1, maximum: 40 } } },
  exports: [],
  views: [],
  service: null,
  sessions: false,
  demo: true,
};

export const fakeJob = (change: Partial<Job> = {}): Job => ({
  id: 'j1',
  plugin: 'demo',
  action: 'check',
  title: 'Check demo',
  input: { attempts: 2 },
  state: 'running',
  concurrency: 5,
  total: 100,
  actor: 'tui',
  retryOf: null,
  startAt: null,
  everyMs: null,
  createdAt: 1,
  startedAt: 1,
  endedAt: null,
  counts: { queued: 40, running: 5, waiting: 0, done: 50, failed: 5, cancelled: 0, uncertain: 0 },
  ratePerMinute: 12,
  leftMs: 225_000,
  errors: [{ code: 'BAD_PASSWORD', count: 5, example: 'the password is wrong' }],
  running: [{ task: 't0', account: 'a0', label: 'user-00000', attempt: 1, done: 2, total: 4, note: 'logging in', sinceMs: 900 }],
  output: null,
  ...change,
});

const statusOf = (host: FakeHost): HostStatus => ({
  version: '0.1.0',
  pid: 4121,
  startedAt: 0,
  now: 0,
  directory: '/tmp/muster',
  rssBytes: 90_000_000,
  cpuPercent: 0,
  store: {
    kind: 'lowdb',
    documents: { accounts: host.roster.accounts.length },
    bytes: 2_100_000,
    savedAt: null,
    recovered: [],
    failed: null,
  },
  vault: { state: 'open', warnings: [] },
  accounts: host.roster.tally(),
  jobs: {},
  tasks: { running: host.jobs.reduce((sum, job) => sum + job.running.length, 0), queued: 0, failed: 0 },
  prompts: host.prompts.length,
  plugins: { loaded: host.plugins.length, broken: 0 },
  tcp: null,
  lastSeq: host.events.at(-1)?.seq ?? 0,
});

type Answer = (host: FakeHost, args: Call['args']) => unknown;
const body = (args: Call['args']): Record<string, any> => args.body ?? {}; // eslint-disable-line typescript/no-explicit-any -- tests send what they like
const jobOf = (host: FakeHost, args: Call['args']): Job => {
  const job = host.jobs.find(({ id }) => id === args.params?.['id']);
  if (!job) throw new ApiError('NOT_FOUND', `There is no job ${String(args.params?.['id'])}.`);
  return job;
};
const changeJob = (host: FakeHost, args: Call['args'], change: Partial<Job>): Job => {
  const changed = { ...jobOf(host, args), ...change };
  host.jobs = host.jobs.map((job) => (job.id === changed.id ? changed : job));
  return changed;
};

const ANSWERS: Partial<Record<OperationId, Answer>> = {
  ...LIVE_ANSWERS,
  ...PROXY_ANSWERS,
  getStatus: statusOf,
  listPlugins: (host) => host.plugins,
  listPrompts: (host) => host.prompts,
  listSchedules: (host) => host.schedules,
  editSchedule: (host, args) => {
    host.schedules = host.schedules.map((each) =>
      each.id === args.params?.['id'] ? { ...each, paused: body(args)['paused'] === true } : each,
    );
    return host.schedules[0];
  },
  listJobs: (host) => ({ total: host.jobs.length, jobs: host.jobs }),
  getJob: jobOf,
  listTasks: (host, args) => {
    const job = jobOf(host, args);
    const tasks = host.roster.accounts.map((account, index) => ({
      id: `t${index}`,
      job: job.id,
      account: account.id,
      label: account.label,
      state: index === 0 ? 'running' : index < 4 ? 'failed' : 'queued',
      notBefore: 0,
      attempt: 1,
      error: index > 0 && index < 4 ? { code: 'BAD_PASSWORD', message: 'the password is wrong' } : null,
      output: null,
      startedAt: 1,
      endedAt: null,
    }));
    const offset = Number(args.query?.['offset'] ?? 0);
    return { total: tasks.length, tasks: tasks.slice(offset, offset + Number(args.query?.['limit'] ?? 50)) };
  },
  getPool: (host) => {
    const of = (state: string) => host.roster.accounts.filter((account) => account.state === state);
    const states = ['ready', 'busy', 'cooling', 'needs-you', 'paused', 'failed', 'retired'];
    return {
      states: Object.fromEntries(states.map((state) => [state, of(state).length])),
      stock: [1, 30, 31].map((rank) => ({ rank, count: of('ready').length })),
      owners: [{ owner: 'mapper-1', count: 7 }],
      resting: [{ status: 'blind', count: of('cooling').length }],
      rests: { nextAt: 1_000, lastAt: 2_000 },
      leases: { nextAt: null, lastAt: null },
    };
  },
  forecastPool: (_, { query }) => ({
    wanted: Number(query?.['count']),
    ready: 3,
    at: null,
    missing: Number(query?.['count']) - 3,
  }),
  pauseJob: (host, args) => changeJob(host, args, { state: 'paused' }),
  resumeJob: (host, args) => changeJob(host, args, { state: 'running' }),
  cancelJob: (host, args) => changeJob(host, args, { state: 'cancelled' }),
  setJobConcurrency: (host, args) => changeJob(host, args, { concurrency: body(args)['concurrency'] }),
  queryEvents: (host, { query }) =>
    host.events.filter(({ account }) => query?.['account'] === undefined || account === query['account']),
  listAccounts: (host, { query = {} }) => {
    const found = host.roster.find(query);
    const offset = Number(query['offset'] ?? 0);
    return { total: found.length, accounts: found.slice(offset, offset + Number(query['limit'] ?? 50)) };
  },
  applicableActions: (host, args) => {
    const selected = host.roster.select(body(args)['selection']);
    const can = selected.filter(({ state }) => state === 'ready').length;
    const cannot = can === selected.length ? [] : [{ reason: 'they are not ready', count: selected.length - can }];
    return [
      { plugin: 'demo', action: 'check', title: 'Check', can, cannot, dangerous: false },
      {
        plugin: 'demo',
        action: 'wipe',
        title: 'Wipe',
        can: 0,
        cannot: [{ reason: 'they hold nothing', count: selected.length }],
        dangerous: true,
      },
    ];
  },
  setAccountState: (host, args) => {
    const selected = new Set(host.roster.select(body(args)['selection']));
    host.roster.accounts = host.roster.accounts.map((account) =>
      selected.has(account) ? { ...account, state: body(args)['state'] } : account,
    );
    return { done: selected.size };
  },
  editAccount: (host, { params, body: change }) => {
    const edited = host.roster.accounts.map((account) =>
      account.id === params?.['id'] ? { ...account, ...(change as object) } : account,
    );
    host.roster.accounts = edited;
    return edited.find(({ id }) => id === params?.['id']);
  },
  configurePlugin: (host, { params, body: settings }) => {
    host.plugins = host.plugins.map((plugin) =>
      plugin.id === params?.['plugin'] ? { ...plugin, settings: settings as PluginInfo['settings'] } : plugin,
    );
    return host.plugins[0];
  },
  listTokens: () => [{ id: 'k1', name: 'ci', scopes: ['read'], createdAt: 0, expiresAt: null, lastUsedAt: null }],
  createToken: (_, args) => ({
    token: 'muster_secret-once',
    info: { id: 'k2', name: body(args)['name'], scopes: body(args)['scopes'], createdAt: 0, expiresAt: null, lastUsedAt: null },
  }),
  revokeToken: () => ({ ok: true }),
  vaultStatus: () => ({
    state: 'open',
    slots: [{ id: 's1', type: 'key', source: 'key file' }],
    activeKey: '1',
    keys: 1,
    openedBy: 'key file',
    warnings: [],
  }),
  checkStore: () => ({ documents: 12, secrets: 3, problems: [] }),
  removeAccounts: (host, args) => {
    const selected = new Set(host.roster.select(body(args)['selection']));
    host.roster.accounts = host.roster.accounts.filter((account) => !selected.has(account));
    return { done: selected.size };
  },
  revealSecret: () => ({ value: 'hunter2-sealed' }),
  addAccount: (host, args) => {
    const { username } = body(args)['data'] as { username: string };
    if (username === 'taken')
      throw new ApiError('CONFLICT', 'username: there is an account "taken" already.', { details: { field: 'username' } });
    const account = fakeAccount(host.roster.accounts.length, { label: username });
    host.roster.accounts = [...host.roster.accounts, account];
    return account;
  },
  runAction: (host, { params, body: given }) => {
    const job = fakeJob({
      id: `j${host.jobs.length + 1}`,
      action: String(params?.['action']),
      input: (given?.['input'] ?? {}) as Job['input'],
    });
    host.jobs = [job, ...host.jobs];
    return job;
  },
  answerPrompt: (host, { params }) => {
    host.prompts = host.prompts.filter(({ id }) => id !== params?.['id']);
    return { ok: true };
  },
  loadDemo: (host, args) => {
    host.roster.accounts = Array.from({ length: body(args)['count'] }, (_, index) => fakeAccount(index));
    return { done: host.roster.accounts.length };
  },
};

export function createFakeHost({ accounts = 0 }: { readonly accounts?: number } = {}): FakeHost {
  const listeners = new Set<(message: WatchMessage | null) => void>();
  const gone = (): ApiError => new ApiError('HOST_GONE', 'No host answers.');

  async function* watch(signal: AbortSignal | undefined): AsyncGenerator<WatchMessage> {
    if (host.gone) throw gone();
    const queue: (WatchMessage | null)[] = [{ kind: 'hello', lastSeq: host.events.at(-1)?.seq ?? 0 }];
    let wake = (): void => {};
    const listener = (message: WatchMessage | null): void => {
      queue.push(message);
      wake();
    };
    listeners.add(listener);
    const stop = (): void => listener(null);
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const message = queue.shift();
        if (message === null) throw gone();
        if (message) yield message;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listener);
      signal?.removeEventListener('abort', stop);
    }
  }

  async function* upload(
    operation: OperationId,
    args: Call['args'],
    file: AsyncIterable<Uint8Array> = Readable.from([]),
  ): AsyncGenerator {
    host.calls.push({ operation, args });
    const pieces: Uint8Array[] = [];
    for await (const piece of file) pieces.push(piece);
    const labels = Buffer.concat(pieces)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    const good = labels.filter((label) => label.includes(','));
    yield { kind: 'file', format: 'csv', encoding: 'utf-8' };
    for (const [index, label] of labels.entries())
      yield good.includes(label)
        ? { kind: 'account', line: index + 1, outcome: 'added', label, data: {} }
        : { kind: 'rejected', line: index + 1, reason: 'no comma' };
    yield { kind: 'counts', read: labels.length, rejected: labels.length - good.length, outcomes: { added: good.length } };
  }

  const client = {
    async call(operation: OperationId, args: Call['args'] = {}, signal?: AbortSignal): Promise<unknown> {
      host.calls.push({ operation, args });
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      if (host.gone) throw gone();
      const answer = ANSWERS[operation];
      if (!answer) throw new ApiError('NOT_FOUND', `The fake host has no ${operation}.`);
      return answer(host, args);
    },
    async *stream(
      operation: OperationId,
      args: Call['args'] = {},
      options: { signal?: AbortSignal; upload?: AsyncIterable<Uint8Array> } = {},
    ): AsyncGenerator {
      if (operation === 'watch') yield* watch(options.signal);
      else if (operation === 'checkProxies') yield* fakeChecks(host);
      else yield* upload(operation, args, options.upload);
    },
    async bytes(): Promise<Response> {
      return new Response(new Uint8Array(host.picture));
    },
    async close(): Promise<void> {},
  } as unknown as Client;

  const host: FakeHost = {
    client,
    roster: createFakeRoster(accounts),
    calls: [],
    jobs: [],
    prompts: [],
    events: [],
    plugins: [DEMO_PLUGIN],
    sessions: [],
    challenges: {},
    rotations: [],
    pages: {},
    picture: new Uint8Array(),
    schedules: [],
    proxies: [],
    proxySettings: { echoUrl: null, checkEveryMs: 600_000, checksAtOnce: 50, timeoutMs: 10_000 },
    gone: false,
    say(message) {
      for (const listener of Array.from(listeners)) listener(message);
    },
    drop() {
      for (const listener of Array.from(listeners)) listener(null);
    },
  };
  return host;
}
