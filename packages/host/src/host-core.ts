import type {
  Accounts,
  Clock,
  Events,
  Jobs,
  PluginHttp,
  Plugins,
  Pool,
  Prompts,
  Random,
  Redactor,
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
  readonly prompts: Prompts;
  readonly events: Events;
  readonly redactor: Redactor;
  readonly plugins: Plugins;
  readonly pluginHttp: PluginHttp;
  readonly vault: Vault;
  /** Takes up what a former host left, then runs what is due. */
  start(): Promise<void>;
  /** What `jobs.stop` does, if nobody did; then ends the pool, the event log and the store, each after those that need it. */
  stop(graceMs: number): Promise<void>;
}
