import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClock } from './adapters/clock.ts';
import { openStore } from './adapters/open-store.ts';
import { createRandom } from './adapters/random.ts';
import { COLLECTIONS } from './collections.ts';
import type { CoreOptions, Services } from './core.ts';
import { CORE_VERSION } from './core-version.ts';
import { openEvents } from './events/create-events.ts';
import { createRedactor } from './events/create-redactor.ts';
import { readHostConfig, type HostConfig } from './host-config.ts';
import { loadPlugins } from './plugins/load-plugins.ts';
import { openVault } from './vault/open-vault.ts';
import { storeHoldsSecrets } from './vault/sealed-in-store.ts';

/** What must be waited for before the services can be made. */
export interface Parts extends Pick<
  Services,
  'clock' | 'random' | 'fetch' | 'redactor' | 'store' | 'events' | 'vault' | 'plugins'
> {
  readonly config: HostConfig;
  /** In the opposite order. */
  close(): Promise<void>;
}

/** Opens what lies in the data directory; what is open is closed again when the rest fails. */
export async function openParts(options: CoreOptions): Promise<Parts> {
  const { directory, collections = [], overrides = {} } = options;
  const { clock = createClock(), random = createRandom(), fetch = globalThis.fetch } = overrides;
  const redactor = createRedactor();
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).toReversed()) await end();
  };
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const config = await readHostConfig(directory);
    const storeDirectory = join(directory, 'store');
    await mkdir(storeDirectory, { recursive: true, mode: 0o700 });
    const { onRewrite } = options;
    const all = [...COLLECTIONS, ...collections];
    const stored = { directory: storeDirectory, collections: all, now: () => clock.now(), onRewrite };
    const store = overrides.store ?? (await openStore(options.storeKind ?? config.store, stored));
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
    return { clock, random, fetch, redactor, store, events, vault, plugins, config, close };
  } catch (error) {
    await close();
    throw error;
  }
}
