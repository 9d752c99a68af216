import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from '@muster/sdk';
import { asFunction, asValue, createContainer, type AwilixContainer } from 'awilix';
import { ACCOUNTS } from './accounts/account-record.ts';
import type { Accounts } from './accounts/accounts.ts';
import { createAccounts } from './accounts/create-accounts.ts';
import { createClock } from './adapters/clock.ts';
import { createRandom } from './adapters/random.ts';
import { openStore, type StoreKind } from './adapters/open-store.ts';
import { openEvents } from './events/create-events.ts';
import { createRedactor } from './events/create-redactor.ts';
import type { Events, Redactor } from './events/events.ts';
import { readHostConfig } from './host-config.ts';
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
import { ROTATION } from './pool/rotation-record.ts';
import type { Clock, Random } from './ports/clock.ts';
import type { CollectionDefinition, Store } from './ports/store.ts';
import { createProxies } from './proxies/create-proxies.ts';
import type { Proxies } from './proxies/proxies.ts';
import { PROXIES, STICKY } from './proxies/proxy-record.ts';
import { createPrompts } from './prompts/create-prompts.ts';
import { PROMPTS } from './prompts/prompt-record.ts';
import type { Prompts } from './prompts/prompts.ts';
import { openVault, type VaultOptions } from './vault/open-vault.ts';
import { storeHoldsSecrets } from './vault/sealed-in-store.ts';
import type { Vault } from './vault/vault.ts';

/** Every collection that the core itself keeps. */
export const COLLECTIONS: readonly CollectionDefinition[] = [ACCOUNTS, JOBS, TASKS, PROMPTS, SETTINGS, ROTATION, PROXIES, STICKY];

const DEFAULT_GRACE_MS = 5_000;

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
  readonly jobs: Jobs;
  readonly pluginHttp: PluginHttp;
}

export interface Core extends Services {
  /** What was made for one plugin. NOT_FOUND, PLUGIN_BROKEN. */
  scope(plugin: string): PluginScope;
  /** Takes up what a former host left, then runs what is due. */
  start(): Promise<void>;
  /** In order: no more work, what runs is aborted (within `graceMs`), the pool, the log, the store. A second call waits for the first. */
  stop(graceMs?: number): Promise<void>;
}

/** The one place where the services are put together. What must be waited for is opened first; the rest is made when asked for. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { directory, collections = [], overrides = {}, jobPolicy = {}, attended = () => true } = options;
  const { clock = createClock(), random = createRandom(), fetch = globalThis.fetch } = overrides;
  const redactor = createRedactor();
  const opened: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  const open = async (): Promise<Pick<Services, 'store' | 'events' | 'vault' | 'plugins'>> => {
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
      clock,
    });
    opened.push(() => plugins.close());
    return { store, events, vault, plugins };
  };

  try {
    const { store, events, vault, plugins } = await open();
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
        const work = { pool, accounts, plugins, prompts, proxies, policy: jobPolicy };
        return createJobs({ ...work, store, events, redactor, vault, clock, random, fetch });
      }).singleton(),
      pluginHttp: asFunction(({ store, pool, accounts, plugins, events, redactor, vault, clock, random }: Services) =>
        createPluginHttp({ store, pool, accounts, plugins, events, redactor, vault, clock, random }),
      ).singleton(),
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
    jobs,
    pluginHttp,
    scope(id) {
      const scope = scopes.get(id) ?? createPluginScope(container, plugins.get(id));
      scopes.set(id, scope);
      return scope;
    },
    async start() {
      await circle.open();
      await proxies.start();
      // Before the pool wakes expired leases: recovery tells from them what a dead host's tasks held.
      await jobs.recover();
      await pool.start();
    },
    stop(graceMs = DEFAULT_GRACE_MS) {
      // By hand: a container's own disposal ends dependencies before those who need them.
      stopping ??= (async () => {
        await jobs.stop(graceMs);
        await pool.stop();
        await proxies.stop();
        await closeAll();
      })();
      return stopping;
    },
  };
}
