import { join } from 'node:path';
import { createCore } from '@muster/core';
import type { HostOptions } from '@muster/host';
import { version } from '../version.ts';

/** Everything put together: the host on the core's services, with the plugins of the checkout and of the data directory. */
export function hostOptions(directory: string, checkout: string | null): HostOptions {
  return {
    directory,
    version: version(),
    openCore: (owned, collections) =>
      createCore({
        directory: owned,
        collections,
        ...(checkout === null ? {} : { plugins: { checkout: join(checkout, 'plugins') } }),
      }),
  };
}
