import type {
  Accounts,
  Clock,
  Evidence,
  Events,
  Hooks,
  Jobs,
  PluginHttp,
  PluginServices,
  PluginViews,
  Plugins,
  Pool,
  Prompts,
  Proxies,
  Random,
  Redactor,
  Schedules,
  Sessions,
  Store,
  Vault,
} from '@muster/core';

/** The services of the core, as the host uses them. */
export interface HostCore {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: Accounts;
  readonly pool: Pool;
  readonly jobs: Jobs;
  readonly schedules: Schedules;
  readonly hooks: Hooks;
  readonly prompts: Prompts;
  readonly proxies: Proxies;
  readonly sessions: Sessions;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly plugins: Plugins;
  readonly pluginHttp: PluginHttp;
  readonly pluginServices: PluginServices;
  readonly pluginViews: PluginViews;
  readonly evidence: Evidence;
  readonly vault: Vault;
  /** Takes up what a former host left, then runs what is due. `authorize` says whose token a text is, if it may operate. */
  start(host?: { readonly authorize: (token: string) => Promise<{ readonly actor: string } | undefined> }): Promise<void>;
  /** Seals every text outside accounts that an older data key sealed anew; how many. */
  resealTexts(signal?: AbortSignal): Promise<number>;
  /** Opens each of them, but those of accounts and proxies; says which does not open. */
  checkTexts(signal?: AbortSignal): Promise<{ readonly secrets: number; readonly problems: readonly string[] }>;
  /** What `jobs.stop` does, if nobody did; then ends the pool, the event log and the store, each after those that need it. */
  stop(graceMs: number): Promise<void>;
}
