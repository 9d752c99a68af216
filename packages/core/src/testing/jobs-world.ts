import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, secret } from '@muster/sdk';
import type { AccountTaskContext, AnyAccountAction, AnyPluginAction, Plugin, PluginTaskContext } from '@muster/sdk';
import { z } from 'zod';
import { ACCOUNTS } from '../accounts/account-record.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import { createAccounts } from '../accounts/create-accounts.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import type { MusterEvent } from '../events/event.ts';
import type { Redactor } from '../events/events.ts';
import { createEvidence } from '../evidence/create-evidence.ts';
import { createJobs } from '../jobs/create-jobs.ts';
import type { JobsDeps } from '../jobs/create-jobs.ts';
import { JOBS, TASKS } from '../jobs/job-record.ts';
import { UNTOLD } from '../jobs/pool-history.ts';
import type { TaskRecord } from '../jobs/job-record.ts';
import type { Jobs, JobSnapshot } from '../jobs/jobs.ts';
import type { JobPolicy } from '../jobs/policy.ts';
import { createCircle } from '../pool/circle.ts';
import { createPool } from '../pool/create-pool.ts';
import type { Pool } from '../pool/pool.ts';
import type { Store } from '../ports/store.ts';
import { createProxies } from '../proxies/create-proxies.ts';
import type { Proxies } from '../proxies/proxies.ts';
import { PROXIES, STICKY } from '../proxies/proxy-record.ts';
import { PROMPTS } from '../prompts/prompt-record.ts';
import { createPrompts } from '../prompts/create-prompts.ts';
import type { Prompts } from '../prompts/prompts.ts';
import { createTestClock } from './test-clock.ts';
import type { TestClock } from './test-clock.ts';
import { createTestRandom } from './test-random.ts';
import { NO_SERVICES, testEvents, testPlugins, testVault } from './roster-things.ts';

export const COLLECTIONS = [ACCOUNTS, JOBS, TASKS, PROMPTS, PROXIES, STICKY, UNTOLD];

const Config = z.object({ greeting: z.string().default('hello') });
const Account = z.object({
  name: z.string(),
  level: z.int().default(1),
  note: z.string().optional(),
  password: secret(z.string()).optional(),
});
export const Input = z.object({ word: z.string().min(2).default('ok'), count: z.int().default(1) });
export type Ctx = AccountTaskContext<z.output<typeof Config>, z.output<typeof Account>, z.output<typeof Input>>;
export type PluginCtx = PluginTaskContext<z.output<typeof Config>, z.output<typeof Account>, z.output<typeof Input>>;

export interface Actions {
  readonly work?: (ctx: Ctx) => Promise<unknown>;
  readonly allocate?: (ctx: PluginCtx) => Promise<unknown>;
  /** Overrides of the declaration of `work`. */
  readonly as?: Partial<Pick<AnyAccountAction, 'afterCrash' | 'maxAttempts' | 'from' | 'concurrency' | 'dangerous'>>;
  readonly allocateAs?: Partial<Pick<AnyPluginAction, 'afterCrash' | 'maxAttempts'>>;
}

export const farm = ({ work, allocate, as = {}, allocateAs = {} }: Actions): Plugin =>
  definePlugin({
    id: 'farm',
    title: 'Farm',
    config: Config,
    account: Account,
    identity: [['name']],
    rank: 'level',
    statuses: { fine: 'ready', banned: 'failed', resting: 'cooling', gone: 'retired' },
    actions: { work: { title: 'Work', input: Input, run: work ?? (async () => null), ...as } },
    pluginActions: { allocate: { title: 'Allocate', input: Input, run: allocate ?? (async () => null), ...allocateAs } },
  });

export interface World {
  readonly store: Store;
  readonly clock: TestClock;
  readonly pool: Pool;
  readonly jobs: Jobs;
  readonly prompts: Prompts;
  readonly proxies: Proxies;
  readonly accounts: JobsDeps['accounts'];
  readonly events: readonly MusterEvent[];
  readonly ids: readonly string[];
  account(id: string): Promise<AccountRecord>;
  tasks(job: string): Promise<TaskRecord[]>;
  /** Starts `work` over all accounts. */
  start(more?: Partial<Parameters<Jobs['start']>[0]>): Promise<JobSnapshot>;
  /** Turns time until the job has ended. */
  finish(job: string): Promise<JobSnapshot>;
  /** Turns time until it is true. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
}

export interface WorldOptions {
  readonly plugin: Plugin;
  /** How many to add; none when the store has them already. */
  readonly accounts?: number;
  readonly store?: Store;
  readonly clock?: TestClock;
  readonly seed?: string | number;
  readonly policy?: Partial<JobPolicy>;
  readonly attended?: () => boolean;
  readonly onEvent?: (event: MusterEvent) => void;
  /** Audit events of jobs cannot be written. */
  readonly brokenLog?: boolean;
}

/** So often a condition is looked at while time is turned, then for so long while it stands still. */
const MOST_TURNS = 5_000;
const PATIENCE_MS = 30_000;

/** The real services around jobs, on a store in memory, with time that stands still until it is turned. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { plugin, policy, clock = createTestClock() } = options;
  const store = options.store ?? (await openMemoryStore({ collections: COLLECTIONS }));
  const random = createTestRandom(options.seed ?? 'jobs');
  const events = testEvents();
  events.event$.subscribe((event) => options.onEvent?.(event));
  if (options.brokenLog) {
    const record = events.record.bind(events);
    events.record = (event) =>
      event.type.startsWith('job.') && event.level === 'audit' ? Promise.reject(new Error('The disk is full.')) : record(event);
  }
  const vault = testVault();
  const known: string[] = [];
  const redactor: Redactor = {
    add: (text) => void known.push(text),
    addForNow: (text) => {
      known.push(text);
      return () => undefined;
    },
    redact: <T>(value: T): T =>
      JSON.parse(known.reduce((text, each) => text.replaceAll(each, '***'), JSON.stringify(value))) as T,
  };
  const plugins = testPlugins(plugin.config.parse({}), [plugin]);
  const circle = createCircle({ store });
  await circle.open();
  const pool = createPool({ store, events, clock, random, plugins, circle });
  const accounts = createAccounts({ store, vault, events, plugins, clock, random, redactor, circle });
  const directory = join(tmpdir(), `muster-prompts-${process.pid}`);
  const prompts = createPrompts({
    store,
    events,
    redactor,
    clock,
    random,
    directory,
    attended: options.attended ?? (() => true),
  });
  const proxies = createProxies({ store, vault, events, redactor, clock, random });
  const jobs = createJobs({
    store,
    pool,
    accounts,
    plugins,
    prompts,
    proxies,
    events,
    redactor,
    vault,
    clock,
    random,
    parts: { service: (id) => NO_SERVICES.open(id) },
    evidence: createEvidence({ directory: join(directory, 'evidence'), keepMs: 86_400_000, clock, redactor, events }),
    ...(policy && { policy }),
  });

  for (let n = 0; n < (options.accounts ?? 0); n += 1) {
    await accounts.add('farm', { name: `a${String(n).padStart(3, '0')}`, level: 30 + (n % 3), password: `pass-${n}` }, 'test');
  }
  const all = await store.list<AccountRecord>('accounts', { sort: { by: 'order' } });
  events.all.length = 0;

  const world: World = {
    store,
    clock,
    pool,
    jobs,
    prompts,
    proxies,
    accounts,
    events: events.all,
    ids: all.map(({ id }) => id),
    account: (id) => accounts.get(id),
    tasks: async (job) => (await jobs.tasks({ job, limit: 1_000 })).tasks,
    start: (more = {}) => jobs.start({ plugin: 'farm', action: 'work', selection: {}, input: {}, actor: 'test', ...more }),
    async finish(job) {
      await world.until(async () => (await jobs.get(job)).endedAt !== null);
      return jobs.get(job);
    },
    async until(condition) {
      const end = performance.now() + PATIENCE_MS;
      for (let turns = 0; turns < MOST_TURNS || performance.now() < end; turns += 1) {
        if (await condition()) return;
        await clock.advance(turns < 20 || turns >= MOST_TURNS ? 0 : 250);
        // Files and servers of a test are real: a busy machine may need longer for them than for all the turns.
        if (turns >= MOST_TURNS) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new Error('It did not come true.');
    },
  };
  return world;
}
