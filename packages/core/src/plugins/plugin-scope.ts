import type { Json, Plugin } from '@muster/sdk';
import { asFunction, asValue, type AwilixContainer } from 'awilix';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Accounts, AccountWindow } from '../accounts/accounts.ts';
import type { Events } from '../events/events.ts';
import type { Plugins } from './plugins.ts';

interface Root {
  readonly accounts: Accounts;
  readonly events: Events;
  readonly plugins: Plugins;
}

/** What was made for one plugin: nothing in it reaches another plugin's accounts or settings. */
export interface PluginScope {
  readonly plugin: Plugin;
  log(message: string, fields?: Readonly<Record<string, Json>>): void;
  /** As they stand now; they may be changed while the host runs. */
  readonly config: () => Readonly<Record<string, unknown>>;
  readonly roster: {
    list(window: Omit<AccountWindow, 'plugin'>): Promise<{ readonly total: number; readonly accounts: AccountRecord[] }>;
    count(where?: string): Promise<number>;
  };
}

export function createPluginScope(root: AwilixContainer<Root>, plugin: Plugin): PluginScope {
  const { id } = plugin;
  const scope = root.createScope<PluginScope>();
  scope.register({
    plugin: asValue(plugin),
    log: asFunction(({ events }: Root): PluginScope['log'] => (message, fields) => {
      const event = { level: 'info', type: 'plugin.said', message, plugin: id, ...(fields && { fields }) } as const;
      // The log must not hold up the work, nor fail it.
      void events.record(event).catch(() => undefined);
    }).scoped(),
    config: asFunction(
      ({ plugins }: Root) =>
        () =>
          plugins.config(id),
    ).scoped(),
    roster: asFunction(({ accounts }: Root): PluginScope['roster'] => ({
      list: (window) => accounts.list({ ...window, plugin: id }),
      count: (where) => accounts.count({ plugin: id, ...(where !== undefined && { where }) }),
    })).scoped(),
  });
  const { log, config, roster } = scope.cradle;
  return { plugin, log, config, roster };
}
