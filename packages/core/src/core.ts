import type { Plugin } from '@muster/sdk';
import type { Accounts } from './accounts/accounts.ts';
import type { StoreKind } from './adapters/open-store.ts';
import type { Events, Redactor } from './events/events.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Hooks } from './hooks/hooks.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { JobPolicy } from './jobs/policy.ts';
import type { LoadedPlugins } from './plugins/load-plugins.ts';
import type { PluginHttp } from './plugins/plugin-http.ts';
import type { PluginScope } from './plugins/plugin-scope.ts';
import type { Circle } from './pool/circle.ts';
import type { Pool } from './pool/pool.ts';
import type { Clock, Random } from './ports/clock.ts';
import type { CollectionDefinition, RewriteProgress, Store } from './ports/store.ts';
import type { Prompts } from './prompts/prompts.ts';
import type { Proxies } from './proxies/proxies.ts';
import type { Schedules } from './schedules/schedules.ts';
import type { PluginParts } from './services/plugin-parts.ts';
import type { Authorize, PluginServices } from './services/plugin-services.ts';
import type { SessionPolicy } from './sessions/session-policy.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { VaultOptions } from './vault/open-vault.ts';
import type { Vault } from './vault/vault.ts';
import type { PluginViews } from './views/plugin-views.ts';

export interface CoreOptions {
  /** The data directory; made with mode 0700 when it is not there. The caller owns it: no other process may have it open. */
  readonly directory: string;
  /** Default: what `config.json` of the directory says, else what is there, else lowdb. */
  readonly storeKind?: StoreKind;
  /** Collections that others keep in the same store. */
  readonly collections?: readonly CollectionDefinition[];
  /** Told while a store of an older version is written anew. */
  readonly onRewrite?: ((progress: RewriteProgress) => void) | undefined;
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
