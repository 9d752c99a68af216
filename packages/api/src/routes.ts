import { z } from 'zod';
import type { OperationId } from './paths.ts';
import { HOOK_ROUTES } from './hook-routes.ts';
import { PROXY_ROUTES } from './proxy-routes.ts';
import type { RouteDefinition } from './route-definition.ts';
import { SCHEDULE_ROUTES } from './schedule-routes.ts';
import * as s from './schemas.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { VIEW_ROUTES } from './view-routes.ts';

export type { RouteDefinition };

const Id = z.object({ id: z.string().min(1).max(200) });
const Plugin = z.object({ plugin: z.string().min(1).max(64) });
const Page = { offset: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(1_000).default(50) };
const Done = z.object({ done: z.int() });
const Ok = z.object({ ok: z.literal(true) });
const Flag = z.stringbool().default(false);

export const ROUTES = {
  getStatus: { summary: 'What the host does now', scope: 'read', response: s.HostStatus },
  stopHost: { summary: 'End the host in order', scope: 'admin', response: Ok },
  watch: {
    summary: 'Changes as they happen, over SSE, or over WebSocket for a client that upgrades',
    scope: 'read',
    limited: true,
    query: z.object({
      topics: z
        .string()
        .default('event,roster,job,prompts,sessions,status,changed')
        .describe('Comma-separated: event, roster, job, prompts, sessions, status, changed'),
      after: z.coerce.number().int().optional().describe('Send events after this sequence number first'),
      job: z.string().optional().describe('Only this job'),
      account: z.string().optional().describe('Only events of this account'),
    }),
    response: s.WatchMessage,
    stream: 'sse',
  },

  listAccounts: {
    summary: 'A window of the roster',
    scope: 'read',
    query: z.object({
      plugin: z.string().optional(),
      where: z.string().max(4_000).optional(),
      sort: z.string().max(100).optional().describe('A field, with a leading - for descending'),
      ...Page,
    }),
    response: z.object({ total: z.int(), accounts: z.array(s.Account) }),
  },
  addAccount: {
    summary: 'Add one account',
    scope: 'operate',
    body: z.object({ plugin: z.string(), data: z.record(z.string(), z.unknown()) }),
    response: s.Account,
  },
  tallyAccounts: { summary: 'Counts by plugin and state', scope: 'read', response: s.Tally },
  setAccountState: {
    summary: 'Pause, make ready, or retire accounts',
    scope: 'operate',
    body: z.object({ selection: s.Selection, state: z.enum(['paused', 'ready', 'retired']) }),
    response: Done,
  },
  removeAccounts: { summary: 'Delete accounts', scope: 'operate', body: z.object({ selection: s.Selection }), response: Done },
  applicableActions: {
    summary: 'How many of a selection each action can take, and why not the rest',
    scope: 'read',
    body: z.object({ selection: s.Selection }),
    response: s.Applicability,
  },
  getAccount: { summary: 'One account, by id or unambiguous label', scope: 'read', params: Id, response: s.Account },
  editAccount: {
    summary: 'Change an account',
    scope: 'operate',
    params: Id,
    body: z.object({
      data: z.record(z.string(), z.unknown()).optional(),
      tags: z.array(z.string().max(100)).max(100).optional(),
      priority: z.int().optional(),
    }),
    response: s.Account,
  },
  revealSecret: {
    summary: 'Show one secret; audited',
    scope: 'secrets',
    params: Id,
    body: z.object({ field: z.string() }),
    response: z.object({ value: z.string().nullable() }),
  },

  listPlugins: { summary: 'Plugins, with the reason where one did not load', scope: 'read', response: z.array(s.PluginInfo) },
  getPlugin: { summary: 'One plugin', scope: 'read', params: Plugin, response: s.PluginInfo },
  configurePlugin: {
    summary: 'Change settings of a plugin',
    scope: 'admin',
    params: Plugin,
    body: z.record(z.string(), z.unknown()),
    response: s.PluginInfo,
  },
  importAccounts: {
    summary: 'Load accounts from a file (the request body)',
    scope: 'operate',
    params: Plugin,
    query: z.object({
      name: z.string().max(500).default('upload'),
      dryRun: Flag,
      onConflict: z.enum(['keep', 'replace', 'ask']).default('keep'),
      options: z.string().max(10_000).default('{}').describe("The plugin's own import options, as JSON"),
    }),
    response: s.ImportLine,
    stream: 'upload',
  },
  exportAccounts: {
    summary: 'Write accounts in one of the plugin’s formats',
    scope: 'read',
    params: Plugin,
    body: z.object({ format: z.string(), selection: s.Selection.optional(), withSecrets: z.boolean().default(false) }),
    response: z.string(),
    stream: 'bytes',
  },
  loadDemo: {
    summary: 'Made-up accounts on the built-in simulator',
    scope: 'operate',
    params: Plugin,
    body: z.object({ count: z.int().min(1).max(1_000_000).default(40) }),
    response: Done,
  },
  runAction: {
    summary: 'Start a job',
    scope: 'operate',
    params: z.object({ plugin: z.string(), action: z.string() }),
    body: z.object({
      selection: s.Selection.optional(),
      input: z.record(z.string(), z.unknown()).default({}),
      concurrency: z.int().min(1).max(1_000).optional(),
      at: z.int().optional(),
      everyMs: z.int().min(1_000).optional(),
    }),
    response: s.Job,
  },
  getPool: { summary: 'What stands where in the pool of a plugin', scope: 'read', params: Plugin, response: s.PoolStats },
  forecastPool: {
    summary: 'When so many accounts will be ready, if nobody takes or gives back any',
    scope: 'read',
    params: Plugin,
    query: z.object({
      count: z.coerce.number().int().min(1).max(100_000),
      minRank: z.coerce.number().int().optional(),
      maxRank: z.coerce.number().int().optional(),
    }),
    response: s.Forecast,
  },

  listJobs: {
    summary: 'Jobs, newest first',
    scope: 'read',
    query: z.object({ state: s.JobState.optional(), ...Page }),
    response: z.object({ total: z.int(), jobs: z.array(s.Job) }),
  },
  getJob: { summary: 'One job with its live figures', scope: 'read', params: Id, response: s.Job },
  listTasks: {
    summary: 'Tasks of a job',
    scope: 'read',
    params: Id,
    query: z.object({ state: s.TaskState.optional(), ...Page }),
    response: z.object({ total: z.int(), tasks: z.array(s.Task) }),
  },
  taskEvidence: {
    summary: 'A file that a task kept for whoever looks into its failure',
    scope: 'operate',
    params: z.object({ id: z.string(), task: z.string(), name: z.string() }),
    response: z.string(),
    stream: 'bytes',
  },
  pauseJob: { summary: 'Take no new task', scope: 'operate', params: Id, response: s.Job },
  resumeJob: { summary: 'Go on', scope: 'operate', params: Id, response: s.Job },
  cancelJob: { summary: 'Stop it; accounts go back', scope: 'operate', params: Id, response: s.Job },
  retryJob: {
    summary: 'A new job of what failed',
    scope: 'operate',
    params: Id,
    body: z.object({ codes: z.array(z.string()).optional(), uncertain: z.boolean().optional() }),
    response: s.Job,
  },
  setJobConcurrency: {
    summary: 'Tasks at once, changed while it runs',
    scope: 'operate',
    params: Id,
    body: z.object({ concurrency: z.int().min(1).max(1_000) }),
    response: s.Job,
  },

  listPrompts: {
    summary: 'Questions that wait for a person, the nearest deadline first',
    scope: 'read',
    response: z.array(s.Prompt),
  },
  answerPrompt: {
    summary: 'Answer a question',
    scope: 'operate',
    params: Id,
    body: z.object({ text: z.string().max(10_000) }),
    response: Ok,
  },
  promptImage: { summary: 'The picture of a question', scope: 'read', params: Id, response: z.string(), stream: 'bytes' },

  ...VIEW_ROUTES,
  ...SESSION_ROUTES,

  ...PROXY_ROUTES,
  ...SCHEDULE_ROUTES,
  ...HOOK_ROUTES,

  queryEvents: {
    summary: 'The event log',
    scope: 'read',
    query: z.object({
      after: z.coerce.number().int().optional(),
      before: z.coerce.number().int().optional(),
      sinceMs: z.coerce.number().int().optional(),
      account: z.string().optional(),
      job: z.string().optional(),
      levels: z.string().optional().describe('Comma-separated'),
      text: z.string().max(500).optional(),
      limit: z.coerce.number().int().min(1).max(5_000).default(200),
    }),
    response: z.array(s.MusterEvent),
  },

  listTokens: { summary: 'Bearer tokens', scope: 'admin', response: z.array(s.Token) },
  createToken: {
    summary: 'A new bearer token; its text is shown this once',
    scope: 'admin',
    body: z.object({
      name: z.string().min(1).max(100),
      scopes: z.array(s.Scope).min(1),
      expiresAt: z.int().nullable().default(null),
      sessions: z
        .array(z.string().min(1).max(300))
        .min(1)
        .max(1_000)
        .nullable()
        .default(null)
        .describe('Ids or labels of the accounts whose sessions it reaches; nothing else then'),
      maxSessions: z.int().min(1).max(1_000).nullable().default(null).describe('Sessions that it may have open at once'),
    }),
    response: z.object({ token: z.string(), info: s.Token }),
  },
  revokeToken: { summary: 'End a token', scope: 'admin', params: Id, response: Ok },

  vaultStatus: {
    summary: 'Key slots and where their keys come from',
    scope: 'read',
    response: z.object({
      state: z.enum(['open', 'locked']),
      slots: z.array(z.object({ id: z.string(), type: z.enum(['passphrase', 'key']), source: z.string() })),
      activeKey: z.string(),
      keys: z.int(),
      openedBy: z.string().nullable(),
      warnings: z.array(z.string()),
    }),
  },
  rotateVault: {
    summary: 'A new data key; every secret is sealed anew',
    scope: 'admin',
    response: z.object({ resealed: z.int() }),
  },
  lockVault: { summary: 'Forget the keys until unlocked', scope: 'operate', response: Ok },
  unlockVault: {
    summary: 'Open the vault',
    scope: 'operate',
    body: z.object({ passphrase: z.string().optional(), key: z.string().optional() }),
    response: Ok,
  },
  addVaultSlot: {
    summary: 'Another way to open the vault',
    scope: 'admin',
    body: z.object({ passphrase: z.string().optional(), key: z.string().optional() }),
    response: z.object({ id: z.string() }),
  },
  removeVaultSlot: { summary: 'Take away a way to open the vault', scope: 'admin', params: Id, response: Ok },

  checkStore: {
    summary: 'Verify every record and checksum, and that every secret opens',
    scope: 'admin',
    response: z.object({ documents: z.int(), secrets: z.int(), problems: z.array(z.string()) }),
  },
  backupStore: {
    summary: 'A consistent copy while running',
    scope: 'admin',
    body: z.object({ directory: z.string() }),
    response: z.object({ directory: z.string(), bytes: z.number() }),
  },
} as const satisfies Record<OperationId, RouteDefinition>;

export type Routes = typeof ROUTES;

export { ViewContent } from './view-schemas.ts';
export { ErrorBody, Scope } from './schemas.ts';
export { PATHS } from './paths.ts';
export type { OperationId } from './paths.ts';
