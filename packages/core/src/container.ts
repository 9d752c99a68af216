import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin, RotationSettings } from '@muster/sdk';
import { asFunction, asValue, createContainer, type AwilixContainer } from 'awilix';
import { ACCOUNTS } from './accounts/account-record.ts';
import type { Accounts } from './accounts/accounts.ts';
import { createAccounts } from './accounts/create-accounts.ts';
import { createClock } from './adapters/clock.ts';
import { machineMemory } from './adapters/machine-memory.ts';
import { createRandom } from './adapters/random.ts';
import { openStore, type StoreKind } from './adapters/open-store.ts';
import { openEvents } from './events/create-events.ts';
import { createRedactor } from './events/create-redactor.ts';
import type { Events, Redactor } from './events/events.ts';
import { createEvidence } from './evidence/create-evidence.ts';
import type { Evidence } from './evidence/evidence.ts';
import { readHostConfig, type HostConfig } from './host-config.ts';
import { createHooks } from './hooks/create-hooks.ts';
import { DELIVERIES, HOOK_CURSOR, HOOKS } from './hooks/hook-record.ts';
import type { Hooks } from './hooks/hooks.ts';
import { createJobs } from './jobs/create-jobs.ts';
import { JOBS, TASKS } from './jobs/job-record.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { JobPolicy } from './jobs/policy.ts';
import { loadPlugins, type LoadedPlugins } from './plugins/load-plugins.ts';
import { SETTINGS } from './plugins/plugin-settings.ts';
import { createPluginHttp, type PluginHttp } from './plugins/plugin-http.ts';
import { createPluginScope, type PluginScope } from './plugins/plugin-scope.ts';
import { createCircle, type Circle } from './pool/circle.ts';
import { createPool } from './pool/create-pool.ts';
import type { Pool } from './pool/pool.ts';
import { createRotation, type Rotation } from './pool/rotation.ts';
import { ROTATION } from './pool/rotation-record.ts';
import type { Clock, Random } from './ports/clock.ts';
import type { CollectionDefinition, Store } from './ports/store.ts';
import { createProxies } from './proxies/create-proxies.ts';
import type { Proxies } from './proxies/proxies.ts';
import { PROXIES, STICKY } from './proxies/proxy-record.ts';
import { createSchedules } from './schedules/create-schedules.ts';
import { SCHEDULES, type Schedules } from './schedules/schedules.ts';
import { createPrompts } from './prompts/create-prompts.ts';
import { PROMPTS } from './prompts/prompt-record.ts';
import type { Prompts } from './prompts/prompts.ts';
import { RECORDS } from './records/record-document.ts';
import { createSessions } from './sessions/create-sessions.ts';
import type { SessionPolicy } from './sessions/session-policy.ts';
import { SESSIONS } from './sessions/session-record.ts';
import type { Sessions } from './sessions/sessions.ts';
import { createPluginParts } from './services/create-plugin-parts.ts';
import { createPluginServices } from './services/create-plugin-services.ts';
import { createPluginRuntime } from './services/plugin-runtime.ts';
import type { Acting, PluginParts } from './services/plugin-parts.ts';
import type { Authorize, PluginServices } from './services/plugin-services.ts';
import { openVault, type VaultOptions } from './vault/open-vault.ts';
import { checkTexts, resealTexts } from './vault/sealed-text.ts';
import { storeHoldsSecrets } from './vault/sealed-in-store.ts';
import type { Vault } from './vault/vault.ts';
import { createPluginViews, type PluginViews } from './views/plugin-views.ts';

/** Every collection that the core itself keeps. */
export const COLLECTIONS: readonly CollectionDefinition[] = [
  ACCOUNTS,
  JOBS,
  TASKS,
  PROMPTS,
  SETTINGS,
  ROTATION,
  RECORDS,
  SESSIONS,
  PROXIES,
  STICKY,
  SCHEDULES,
  HOOKS,
  DELIVERIES,
  HOOK_CURSOR,
];

/** Collections in which sealed texts may stand, with what grows at each change of a document. */
const WITH_TEXTS = [{ name: 'records', revision: 'revision' }, { name: 'settings' }, { name: 'hooks' }] as const;

const DEFAULT_GRACE_MS = 5_000;
/** Longer than for tasks: a session that is cut in its end may have to be logged in anew by a person. */
const SESSION_GRACE_MS = 20_000;
const DAY_MS = 24 * 60 * 60_000;

/** The version that plugins say they work with. */
export const CORE_VERSION = (createRequire(import.meta.url)('../package.json') as { readonly version: string }).version;

export interface CoreOptions {
  /** The data directory; made with mode 0700 when it is not there. The caller owns it: no other process may have it open. */
  readonly directory: string;
  /** Default: what `config.json` of the directory says, else what is there, else lowdb. */
  readonly storeKind?: StoreKind;
  /** Collections that others keep in the same store. */
  readonly collections?: readonly CollectionDefinition[];
  readonly plugins?: {
    /** `plugins/` of the checkout. Those of the data directory, and those that its `config.json` names, are always looked for. */
    readonly checkout?: string;
    /** Handed over as they are. */
    readonly given?: readonly Plugin[];
  };
  /** Where the vault's key is looked for. Without a key it opens locked, unless `allowLocked` is false. */
  readonly vault?: Omit<VaultOptions, 'directory' | 'clock' | 'random' | 'holdsSecrets'>;
  /** Whether anybody answers questions. Default: somebody will. */
  readonly attended?: () => boolean;
  readonly jobPolicy?: Partial<JobPolicy>;
  readonly sessionPolicy?: Partial<SessionPolicy>;
  /** In place of the machine's own. */
  readonly overrides?: Partial<Pick<Services, 'clock' | 'random' | 'store' | 'vault' | 'fetch'>>;
}

/** Every service of the core, by the name under which it is composed. */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  readonly redactor: Redactor;
  readonly store: Store;
  readonly events: Events;
  readonly vault: Vault;
  readonly plugins: LoadedPlugins;
  readonly circle: Circle;
  readonly accounts: Accounts;
  readonly pool: Pool;
  readonly prompts: Prompts;
  readonly proxies: Proxies;
  readonly sessions: Sessions;
  readonly jobs: Jobs;
  readonly schedules: Schedules;
  readonly hooks: Hooks;
  readonly pluginHttp: PluginHttp;
  readonly pluginParts: PluginParts;
  readonly pluginServices: PluginServices;
  readonly pluginViews: PluginViews;
  readonly evidence: Evidence;
}

export interface Core extends Services {
  /** What was made for one plugin. NOT_FOUND, PLUGIN_BROKEN. */
  scope(plugin: string): PluginScope;
  /** Takes up what a former host left, then runs what is due. `authorize` knows the host's tokens; default: there are none. */
  start(host?: { readonly authorize?: Authorize }): Promise<void>;
  /** In order: no more work, what runs is aborted, services close (each within `graceMs`), the pool, the log, the store. A second call waits for the first. */
  stop(graceMs?: number): Promise<void>;
  /** Seals every text outside accounts that an older data key sealed anew. How many; VAULT_TAMPERED when one does not open. */
  resealTexts(signal?: AbortSignal): Promise<number>;
  /** Opens each of them, but those of accounts and proxies, which have their own check; says which does not open. */
  checkTexts(signal?: AbortSignal): Promise<{ readonly secrets: number; readonly problems: readonly string[] }>;
}

/** The one place where the services are put together. What must be waited for is opened first; the rest is made when asked for. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { directory, collections = [], overrides = {}, jobPolicy = {}, sessionPolicy = {}, attended = () => true } = options;
  const { clock = createClock(), random = createRandom(), fetch = globalThis.fetch } = overrides;
  const redactor = createRedactor();
  const opened: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  const open = async (): Promise<Pick<Services, 'store' | 'events' | 'vault' | 'plugins'> & { readonly config: HostConfig }> => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const config = await readHostConfig(directory);
    const storeDirectory = join(directory, 'store');
    await mkdir(storeDirectory, { recursive: true, mode: 0o700 });
    const store =
      overrides.store ??
      (await openStore(options.storeKind ?? config.store, {
        directory: storeDirectory,
        collections: [...COLLECTIONS, ...collections],
        now: () => clock.now(),
      }));
    opened.push(() => store.close());
    const events = await openEvents({ directory: join(directory, 'events'), clock, redactor });
    opened.push(() => events.close());
    const holdsSecrets = (): Promise<boolean> => storeHoldsSecrets(store);
    const keys = { allowLocked: true, ...options.vault, directory, clock, random, holdsSecrets };
    const vault = overrides.vault ?? (await openVault(keys));
    const { checkout, given } = options.plugins ?? {};
    const plugins = await loadPlugins({
      directories: { data: join(directory, 'plugins'), ...(checkout !== undefined && { checkout }) },
      config: config.plugins,
      ...(given && { given }),
      coreVersion: CORE_VERSION,
      store,
      events,
      vault,
      redactor,
      clock,
    });
    opened.push(() => plugins.close());
    return { store, events, vault, plugins, config };
  };

  try {
    const { store, events, vault, plugins, config } = await open();
    const container = createContainer<Services>({ strict: true });
    container.register({
      clock: asValue(clock),
      random: asValue(random),
      fetch: asValue(fetch),
      redactor: asValue(redactor),
      store: asValue(store),
      events: asValue(events),
      vault: asValue(vault),
      plugins: asValue(plugins),
      // Each names what it takes: handing the cradle on would resolve everything, itself included.
      circle: asFunction(({ store }: Services) => createCircle({ store })).singleton(),
      accounts: asFunction(({ store, vault, events, plugins, clock, random, redactor, circle }: Services) =>
        createAccounts({ store, vault, events, plugins, clock, random, redactor, circle }),
      ).singleton(),
      pool: asFunction(({ store, events, clock, random, plugins, circle }: Services) =>
        createPool({ store, events, clock, random, plugins, circle }),
      ).singleton(),
      prompts: asFunction(({ store, events, clock, random }: Services) =>
        createPrompts({ store, events, clock, random, directory: join(directory, 'prompts'), attended }),
      ).singleton(),
      proxies: asFunction(({ store, vault, events, redactor, clock, random }: Services) =>
        createProxies({ store, vault, events, redactor, clock, random }),
      ).singleton(),
      jobs: asFunction((services: Services) => {
        const { store, pool, accounts, plugins, prompts, proxies, events, redactor, vault, clock, random, fetch } = services;
        const { pluginParts: parts, evidence, sessions } = services;
        const work = { pool, accounts, plugins, prompts, proxies, sessions, parts, evidence, policy: jobPolicy };
        return createJobs({ ...work, store, events, redactor, vault, clock, random, fetch });
      }).singleton(),
      sessions: asFunction((services: Services) => {
        const { store, pool, accounts, plugins, events, redactor, vault, clock, random, fetch } = services;
        const { pluginParts: parts, pluginServices } = services;
        const runtimeDeps = { directory, store, plugins, events, redactor, vault, clock, random, fetch, parts };
        return createSessions({
          store,
          pool,
          accounts,
          plugins,
          events,
          redactor,
          vault,
          clock,
          random,
          runtime: {
            of: (user) => createPluginRuntime(runtimeDeps, user),
            service: (plugin) => pluginServices.open(plugin),
          },
          directory: join(directory, 'sessions'),
          settings: config.sessions,
          machineBytes: machineMemory(),
          policy: sessionPolicy,
        });
      }).singleton(),
      schedules: asFunction(({ store, jobs, plugins, events, clock, random }: Services) =>
        createSchedules({ store, jobs, plugins, events, clock, random }),
      ).singleton(),
      hooks: asFunction(({ store, vault, events, redactor, jobs, clock, random, fetch }: Services) =>
        createHooks({ store, vault, events, redactor, jobs, clock, random, fetch }),
      ).singleton(),
      evidence: asFunction(({ clock, redactor, events }: Services) =>
        createEvidence({
          directory: join(directory, 'evidence'),
          keepMs: config.keepEvidenceDays * DAY_MS,
          clock,
          redactor,
          events,
        }),
      ).singleton(),
      pluginParts: asFunction(({ store, accounts, plugins, proxies, events, redactor, vault, clock }: Services) => {
        // Made later: they need the parts themselves.
        const later = {
          jobs: () => container.cradle.jobs,
          services: () => container.cradle.pluginServices,
          sessions: ({ plugin, actor, reach }: Acting) => container.cradle.sessions.access(plugin, { actor, reach }),
        };
        return createPluginParts({ ...later, store, accounts, plugins, proxies, events, redactor, vault, clock });
      }).singleton(),
      pluginServices: asFunction((services: Services) => {
        const { store, plugins, events, redactor, vault, clock, random, fetch, pluginParts: parts } = services;
        const { pool, circle, accounts } = services;
        const secretOf = accounts.secretOf.bind(accounts);
        const rotating = { store, pool, circle, events, plugins, clock, random, secretOf };
        const openRotation = (plugin: string, settings: RotationSettings): Promise<Rotation> =>
          createRotation(rotating, { plugin, settings });
        const runtime = { directory, store, plugins, events, redactor, vault, clock, random, fetch, parts };
        return createPluginServices({ ...runtime, openRotation });
      }).singleton(),
      pluginViews: asFunction(({ accounts, plugins, clock, pluginParts: parts }: Services) =>
        createPluginViews({ accounts, plugins, clock, parts }),
      ).singleton(),
      pluginHttp: asFunction((services: Services) => {
        const { store, pool, accounts, plugins, events, redactor, vault, clock, random, pluginParts: parts } = services;
        return createPluginHttp({ store, pool, accounts, plugins, events, redactor, vault, clock, random, parts });
      }).singleton(),
    });
    return coreOf(container, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function coreOf(container: AwilixContainer<Services>, closeAll: () => Promise<void>): Core {
  const { clock, random, fetch, redactor, store, events, vault, plugins } = container.cradle;
  const { circle, accounts, pool, prompts, proxies, jobs, pluginHttp } = container.cradle;
  const { schedules, hooks } = container.cradle;
  const { pluginParts, pluginServices, pluginViews, evidence, sessions } = container.cradle;
  const scopes = new Map<string, PluginScope>();
  let stopping: Promise<void> | undefined;

  return {
    clock,
    random,
    fetch,
    redactor,
    store,
    events,
    vault,
    plugins,
    circle,
    accounts,
    pool,
    prompts,
    proxies,
    sessions,
    jobs,
    schedules,
    hooks,
    pluginHttp,
    pluginParts,
    pluginServices,
    pluginViews,
    evidence,
    scope(id) {
      const scope = scopes.get(id) ?? createPluginScope(container, plugins.get(id));
      scopes.set(id, scope);
      return scope;
    },
    async start({ authorize = async () => undefined } = {}) {
      await circle.open();
      // Before anything else happens that somebody wants to be told of.
      await hooks.start();
      await proxies.start();
      // Tasks that go on may ask for a service; by itself none opens before they do, as it may start jobs.
      pluginServices.admit(authorize);
      // Before tasks too, which wait for sessions that are on their way.
      await sessions.load();
      // Before the pool wakes expired leases: recovery tells from them what a dead host's tasks held.
      await jobs.recover();
      await pool.start();
      sessions.start();
      pluginServices.start();
      evidence.start();
      // Last: what is due works like everything that an operator starts.
      await schedules.start();
    },
    stop(graceMs = DEFAULT_GRACE_MS) {
      // By hand: a container's own disposal ends dependencies before those who need them.
      stopping ??= (async () => {
        await schedules.stop();
        await jobs.stop(graceMs);
        await sessions.stop(Math.max(graceMs, SESSION_GRACE_MS));
        await pluginServices.stop(graceMs);
        await evidence.stop();
        await pool.stop();
        await proxies.stop();
        await hooks.stop();
        await closeAll();
      })();
      return stopping;
    },
    checkTexts: (signal) => checkTexts({ store, vault }, WITH_TEXTS, signal),
    resealTexts: async (signal) => (await resealTexts({ store, vault }, WITH_TEXTS, signal)) + (await proxies.reseal()),
  };
}
