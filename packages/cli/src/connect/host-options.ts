import { createCore, type CoreOptions } from '@muster/core';
import type { HostOptions } from '@muster/host';
import { ownPlugins, version } from '../own-package.ts';

/** Everything put together: the host on the core's services, with the plugins that come with it and those of the data directory. */
export function hostOptions(directory: string, checkout: string | null, onRewrite?: CoreOptions['onRewrite']): HostOptions {
  return {
    directory,
    version: version(),
    openCore: (owned, collections) =>
      createCore({
        directory: owned,
        collections,
        plugins: { checkout: ownPlugins(checkout) },
        onRewrite,
      }),
  };
}
