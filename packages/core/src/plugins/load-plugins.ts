import { pathToFileURL } from 'node:url';
import { MusterError, type Plugin } from '@muster/sdk';
import { closest, distance } from 'fastest-levenshtein';
import { Subject } from 'rxjs';
import type { Events, Redactor } from '../events/events.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { findPlugins, type FoundPlugin, type PluginPlaces } from './find-plugins.ts';
import { lendPackages } from './lend-packages.ts';
import { createPluginSettings } from './plugin-settings.ts';
import { pluginFault } from './plugin-shape.ts';
import type { PluginListing, Plugins } from './plugins.ts';

const LOAD_TIMEOUT_MS = 20_000;

export interface LoadPluginsOptions {
  readonly directories: Pick<PluginPlaces, 'checkout' | 'data'>;
  readonly config?: {
    readonly packages?: readonly string[];
    /** Ids that are listed but not loaded. */
    readonly disabled?: readonly string[];
  };
  /** Plugins that are handed over as they are, for tests and embedding. */
  readonly given?: readonly Plugin[];
  readonly coreVersion: string;
  readonly store: Store;
  readonly events: Events;
  /** Seals secret settings. */
  readonly vault: Vault;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly loadTimeoutMs?: number;
}

export interface LoadedPlugins extends Plugins {
  close(): void;
}

interface Entry {
  readonly listing: PluginListing;
  readonly plugin: Plugin | undefined;
}

/** The paths that another plugin, loaded before, answers already: all that this one answers under them is never asked. */
function takenPaths(plugin: Plugin, others: readonly Plugin[]): string | null {
  const pathsOf = ({ http }: Plugin): { readonly path: string; readonly shape: string }[] =>
    Object.values(http?.routes ?? {}).map(({ method, path }) => ({
      path: `${method} ${path}`,
      shape: `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
    }));
  for (const other of others) {
    const shapes = new Set(pathsOf(other).map(({ shape }) => shape));
    const taken = pathsOf(plugin).filter(({ shape }) => shapes.has(shape));
    if (taken.length === 0) continue;
    const paths = taken.map(({ path }) => path).join(', ');
    return `"${other.id}", which was loaded first, answers ${paths}; here it is never asked. Switch one of them off.`;
  }
  return null;
}

/** Finds and loads the plugins, one after the other. One that fails is listed with its reason. */
export async function loadPlugins(options: LoadPluginsOptions): Promise<LoadedPlugins> {
  const { directories, config = {}, given = [], coreVersion, store, events, vault, redactor, clock } = options;
  const { loadTimeoutMs = LOAD_TIMEOUT_MS } = options;
  const settings = createPluginSettings({ store, events, vault, redactor });
  const giveBack = directories.data === undefined ? () => undefined : lendPackages(directories.data);
  const disabled = new Set(config.disabled);
  const entries: Entry[] = [];
  const configured$ = new Subject<string>();

  const inTime = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(loadTimeoutMs, () => reject(new Error(`it was not loaded within ${loadTimeoutMs / 1000} s`)));
      work.then(resolve, reject).finally(cancel);
    });
  const load = async (entry: string): Promise<Plugin> => {
    const loaded = (await inTime(import(pathToFileURL(entry).href))) as { readonly default?: unknown };
    const fault = pluginFault(loaded.default);
    if (fault !== undefined) throw new Error(fault);
    return loaded.default as Plugin;
  };
  const take = async (plugin: Plugin, of: Pick<PluginListing, 'version' | 'source'>): Promise<Entry> => {
    const listing = { id: plugin.id, title: plugin.title, ...of };
    const first = entries.find((entry) => entry.plugin?.id === plugin.id);
    if (first) {
      const reason = `Another plugin has the id "${plugin.id}" (${first.listing.title} ${first.listing.version}, from ${first.listing.source}). Remove one of them.`;
      return { listing: { ...listing, state: 'broken', reason }, plugin: undefined };
    }
    if (disabled.has(plugin.id))
      return { listing: { ...listing, state: 'disabled', reason: 'Switched off in the settings.' }, plugin: undefined };
    await settings.load(plugin);
    const reason = takenPaths(
      plugin,
      entries.flatMap((entry) => entry.plugin ?? []),
    );
    if (reason !== null) {
      const message = `Plugin "${plugin.id}" (${of.source}): ${reason}`;
      await events.record({ level: 'warn', type: 'plugin.path-taken', message, plugin: plugin.id });
    }
    return { listing: { ...listing, state: 'loaded', reason }, plugin };
  };
  const tryToTake = async ({ id, title, version, source, entry, fault }: FoundPlugin): Promise<Entry> => {
    const listing = { id, title, version, source };
    if (fault) return { listing: { ...listing, ...fault }, plugin: undefined };
    // Known by its folder already: none of its code runs.
    if (disabled.has(id))
      return { listing: { ...listing, state: 'disabled', reason: 'Switched off in the settings.' }, plugin: undefined };
    try {
      return await take(await load(entry ?? ''), { version, source });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { listing: { ...listing, state: 'broken', reason }, plugin: undefined };
    }
  };

  for (const plugin of given) entries.push(await take(plugin, { version: coreVersion, source: 'config' }));
  for (const found of await findPlugins({ ...directories, packages: config.packages ?? [] }, coreVersion)) {
    const entry = await tryToTake(found);
    entries.push(entry);
    const { listing } = entry;
    if (listing.state === 'loaded' || listing.state === 'disabled') continue;
    const message = `Plugin "${listing.id}" (${listing.source}) was not loaded: ${listing.reason}`;
    await events.record({ level: 'error', type: 'plugin.not-loaded', message, plugin: listing.id });
  }

  const get: Plugins['get'] = (id) => {
    const loaded = entries.find((entry) => entry.plugin?.id === id)?.plugin;
    if (loaded) return loaded;
    const listed = entries.find(({ listing }) => listing.id === id)?.listing;
    if (listed) {
      const code = listed.state === 'incompatible' ? 'PLUGIN_INCOMPATIBLE' : 'PLUGIN_BROKEN';
      throw new MusterError(code, `Plugin "${id}" is ${listed.state}: ${listed.reason}`);
    }
    const ids = entries.map(({ listing }) => listing.id);
    const near = ids.length > 0 ? closest(id, ids) : '';
    const hint = near !== '' && distance(id, near) <= 3 ? `Did you mean "${near}"?` : `There are: ${ids.join(', ') || 'none'}.`;
    throw new MusterError('NOT_FOUND', `There is no plugin "${id}". ${hint}`);
  };

  return {
    list: () => entries.map(({ listing }) => listing),
    get,
    loaded: () => entries.flatMap(({ plugin }) => plugin ?? []),
    config: (id) => settings.of(get(id)),
    shown: (id) => settings.shown(get(id)),
    async configure(id, patch, actor) {
      await settings.change(get(id), patch, actor);
      configured$.next(id);
    },
    configured$,
    close() {
      configured$.complete();
      settings.close();
      giveBack();
    },
  };
}
