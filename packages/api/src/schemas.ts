import { z } from 'zod';
import { ViewInfo } from './view-schemas.ts';
import { SessionList } from './session-schemas.ts';

export const AccountState = z.enum(['ready', 'busy', 'cooling', 'needs-you', 'paused', 'failed', 'retired']);
export const Scope = z.enum(['read', 'operate', 'secrets', 'admin']);
/** Milliseconds since the epoch. */
const Time = z.int();
const Data = z.record(z.string(), z.unknown());

export const Account = z.object({
  id: z.string(),
  plugin: z.string(),
  label: z.string(),
  state: AccountState,
  status: z.string().nullable(),
  why: z.string().nullable(),
  rank: z.int(),
  order: z.number(),
  dueAt: Time.nullable(),
  holder: z.string().nullable(),
  fence: z.int(),
  usedAt: Time,
  uses: z.int(),
  tries: z.int(),
  priority: z.int(),
  tags: z.array(z.string()),
  data: Data,
  /** Names of the secret fields that have a value; the values never come here. */
  secretFields: z.array(z.string()),
  createdAt: Time,
  updatedAt: Time,
});

export const Selection = z.strictObject({
  plugin: z.string().optional(),
  where: z.string().max(4_000).optional().describe("A filter, as in 'state:failed level>=30 !tag:vip'"),
  ids: z.array(z.string()).max(100_000).optional(),
  all: z.literal(true).optional().describe('Every account; needed when nothing else selects'),
});

export const Tally = z.array(z.object({ plugin: z.string(), state: AccountState, count: z.int() }));

/** When the next one is over, and the last. */
const TimeSpan = z.object({ nextAt: Time.nullable(), lastAt: Time.nullable() });

export const PoolStats = z.object({
  states: z.record(AccountState, z.int()),
  stock: z.array(z.object({ rank: z.int(), count: z.int() })).describe('Ready ones by rank, the lowest first'),
  owners: z.array(z.object({ owner: z.string(), count: z.int() })).describe('To whom accounts are handed out, most first'),
  resting: z.array(z.object({ status: z.string().nullable(), count: z.int() })).describe('At rest by status word, most first'),
  rests: TimeSpan,
  leases: TimeSpan,
});

export const Forecast = z.object({
  wanted: z.int(),
  ready: z.int(),
  at: Time.nullable().describe('null: not by themselves'),
  missing: z.int().describe('Still missing when all rests and leases have ended'),
});

export const TaskState = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'uncertain']);
export const JobState = z.enum(['preparing', 'scheduled', 'running', 'paused', 'done', 'cancelled']);

export const Job = z.object({
  id: z.string(),
  plugin: z.string(),
  action: z.string(),
  title: z.string(),
  input: Data,
  state: JobState,
  concurrency: z.int(),
  total: z.int(),
  actor: z.string(),
  retryOf: z.string().nullable(),
  startAt: Time.nullable(),
  everyMs: z.int().nullable(),
  createdAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  counts: z.record(TaskState, z.int()),
  ratePerMinute: z.number(),
  leftMs: z.number().nullable(),
  errors: z.array(z.object({ code: z.string(), count: z.int(), example: z.string() })),
  steps: z
    .array(z.object({ name: z.string(), count: z.int(), medianMs: z.number() }))
    .optional()
    .describe('Of each step that the tasks name: how many passed it, and how long it takes in the middle'),
  running: z.array(
    z.object({
      task: z.string(),
      account: z.string().nullable(),
      label: z.string(),
      attempt: z.int(),
      done: z.number(),
      total: z.number(),
      note: z.string(),
      sinceMs: z.number(),
    }),
  ),
  output: Data.nullable(),
});

export const Task = z.object({
  id: z.string(),
  job: z.string(),
  account: z.string().nullable(),
  label: z.string(),
  state: TaskState,
  notBefore: Time,
  attempt: z.int(),
  error: z
    .object({ code: z.string(), message: z.string(), retryAfterMs: z.number().optional(), details: z.unknown().optional() })
    .nullable(),
  output: z.unknown(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  /** Files that it kept for whoever looks into a failure. `path` is on the machine of the host, `url` is where this API gives it out. */
  evidence: z.array(z.object({ name: z.string(), path: z.string(), url: z.string(), bytes: z.int(), at: Time })),
});

export const EventLevel = z.enum(['debug', 'info', 'ask', 'warn', 'error', 'audit']);
export const MusterEvent = z.object({
  seq: z.int(),
  at: Time,
  level: EventLevel,
  type: z.string(),
  message: z.string(),
  actor: z.string().optional(),
  plugin: z.string().optional(),
  account: z.string().optional(),
  job: z.string().optional(),
  task: z.string().optional(),
  fields: Data.optional(),
});

export const Prompt = z.object({
  id: z.string(),
  kind: z.enum(['qr', 'otp', 'captcha', 'confirm', 'text']),
  title: z.string(),
  plugin: z.string(),
  job: z.string(),
  task: z.string(),
  account: z.string().nullable(),
  label: z.string(),
  text: z.string().nullable(),
  hasImage: z.boolean(),
  imagePath: z.string().optional().describe('The picture as a file on the machine of the host'),
  link: z.string().optional().describe('Shows it in a browser and takes the answer; only for who may operate'),
  createdAt: Time,
  expiresAt: Time,
});

export const ActionInfo = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  scope: z.enum(['account', 'plugin']),
  dangerous: z.boolean(),
  concurrency: z.int().nullable(),
  /** JSON Schema of the input: forms and flags are made from it. */
  input: Data,
});

export const PluginInfo = z.object({
  id: z.string(),
  title: z.string(),
  version: z.string(),
  source: z.enum(['checkout', 'data', 'config']),
  state: z.enum(['loaded', 'broken', 'incompatible', 'disabled']),
  reason: z.string().nullable(),
  rank: z.string().nullable(),
  statuses: z.array(z.string()),
  actions: z.array(ActionInfo),
  /** JSON Schemas; null when the plugin did not load or has no such part. Secret fields carry `secret: true`. */
  account: Data.nullable(),
  config: Data.nullable(),
  /** Its settings with defaults filled in; null when one that it needs was not made yet. */
  settings: Data.nullable(),
  importOptions: Data.nullable(),
  exports: z.array(z.string()),
  /** Pages of figures or texts. */
  views: z.array(ViewInfo),
  /** What it keeps open beside its tasks, and why that could not be opened; null when it has nothing such. */
  service: z
    .object({
      state: z.enum(['closed', 'opening', 'open', 'failed']),
      why: z.string().nullable(),
      opensBy: z.string().optional().describe('The action that opens its addresses to clients'),
      strategyIn: z.string().optional().describe('The setting that holds the strategy of its rotation'),
    })
    .nullable(),
  /** Its accounts have sessions. */
  sessions: z.boolean(),
  demo: z.boolean(),
});

export const HostStatus = z.object({
  version: z.string(),
  pid: z.int(),
  startedAt: Time,
  now: Time,
  directory: z.string(),
  rssBytes: z.number(),
  cpuPercent: z.number(),
  store: z.object({
    kind: z.string(),
    documents: z.record(z.string(), z.int()),
    bytes: z.number(),
    savedAt: Time.nullable(),
    recovered: z.array(z.string()),
    failed: z.string().nullable(),
  }),
  vault: z.object({ state: z.enum(['open', 'locked']), warnings: z.array(z.string()) }),
  accounts: Tally,
  jobs: z.record(z.string(), z.int()),
  tasks: z.object({ running: z.int(), queued: z.int(), failed: z.int() }),
  prompts: z.int(),
  plugins: z.object({ loaded: z.int(), broken: z.int() }),
  tcp: z.string().nullable(),
  lastSeq: z.int(),
});

export const ImportCounts = z.object({ read: z.int(), rejected: z.int(), outcomes: z.record(z.string(), z.int()) });
/** One line of the answer to an import (NDJSON). */
export const ImportLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('account'),
    line: z.int(),
    outcome: z.string(),
    label: z.string(),
    data: Data,
    id: z.string().optional(),
  }),
  z.object({ kind: z.literal('rejected'), line: z.int(), reason: z.string() }),
  z.object({ kind: z.literal('warning'), reason: z.string(), line: z.int().optional() }),
  z.object({ kind: z.literal('file'), format: z.string(), encoding: z.string() }),
  z.object({ kind: z.literal('counts'), ...ImportCounts.shape }),
  z.object({ kind: z.literal('error'), code: z.string(), message: z.string() }),
]);

export const Token = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  /** Ids or labels of the accounts whose sessions it reaches; null is not limited. */
  sessions: z.array(z.string()).nullable(),
  maxSessions: z.int().nullable(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
});

export const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), retryAfterMs: z.number().optional(), details: Data.optional() }),
});

/** What an action can do with a selection, and why not with the rest. */
export const Applicability = z.array(
  z.object({
    plugin: z.string(),
    action: z.string(),
    title: z.string(),
    can: z.int(),
    cannot: z.array(z.object({ reason: z.string(), count: z.int() })),
    dangerous: z.boolean(),
  }),
);

/**
 * One message of the watch: first `hello`, then changes. `roster` and `changed` say that lists should be asked for anew;
 * `lagged` that the client missed something up to `lastSeq` and must list again.
 */
export const WatchMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), lastSeq: z.int() }),
  z.object({ kind: z.literal('event'), event: MusterEvent }),
  z.object({ kind: z.literal('roster'), tally: Tally }),
  z.object({ kind: z.literal('job'), job: Job }),
  z.object({ kind: z.literal('prompts'), prompts: z.array(Prompt) }),
  z.object({ kind: z.literal('sessions'), ...SessionList.shape }),
  z.object({ kind: z.literal('status'), status: HostStatus }),
  z.object({ kind: z.literal('changed'), list: z.enum(['proxies', 'schedules', 'hooks']) }),
  z.object({ kind: z.literal('lagged'), lastSeq: z.int() }),
  z.object({ kind: z.literal('bye'), reason: z.string() }),
]);
