import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, unixFetch, type Client } from '@muster/api';
import type { Plugin } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import { startHost, type Host, type HostOptions } from '../start-host.ts';
import { openTestCore } from './test-core.ts';

export interface TestHost extends AsyncDisposable {
  readonly host: Host;
  readonly core: HostCore;
  readonly directory: string;
  /** Over the socket, as everybody who can open it. */
  readonly client: Client;
  /** A raw request over TCP. */
  http(path: string, init?: RequestInit): Promise<Response>;
}

/** A real host on a temporary directory, on a socket and on a free TCP port. */
export async function openTestHost(
  options: Partial<HostOptions> & { readonly plugins?: readonly Plugin[] } = {},
): Promise<TestHost> {
  const { plugins = [], ...given } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'muster-host-')));
  let core: HostCore | undefined;
  const host = await startHost({
    version: '1.2.3',
    openCore: async (path, collections) => (core = await openTestCore(path, collections, plugins)),
    tcp: '127.0.0.1:0',
    ...given,
    directory,
  });
  if (!core) throw new Error('The host did not open its core.');
  return {
    host,
    core,
    directory,
    client: host.socket === null ? host.client : createClient({ fetch: unixFetch(host.socket) }),
    http: (path, init) => fetch(`http://${host.tcp}${path}`, init),
    async [Symbol.asyncDispose]() {
      await host.stop('the test is over');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
