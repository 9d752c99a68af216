import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore } from '@muster/core';
import { startHost, type Host } from '@muster/host';
import bls from '@muster/plugin-bls';
import { openSite, type Site } from './site.ts';

type Json = Readonly<Record<string, unknown>>;

/** The real host with BLS on TCP in this process, and the simulator's site. */
export interface BlsHost extends AsyncDisposable {
  readonly host: Host;
  readonly site: Site;
  /** A script that knows a URL and a token. */
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Json }>;
}

export const ACCOUNTS = '/api/enhanced-bls/accounts';

export async function openBlsHost(): Promise<BlsHost> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bls-host-'));
  const site = await openSite();
  const host = await startHost({
    directory: join(folder, 'data'),
    version: '0.0.0',
    tcp: '127.0.0.1:0',
    openCore: (directory, collections) => createCore({ directory, collections, plugins: { given: [bls] } }),
  });
  await host.client.call('configurePlugin', { params: { plugin: 'bls' }, body: { siteUrl: site.simulator.url } });
  const { token } = await host.client.call('createToken', { body: { name: 'script', scopes: ['read', 'operate'] } });
  return {
    host,
    site,
    async call(method, path, body) {
      const answer = await fetch(`http://${host.tcp}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Json };
    },
    async [Symbol.asyncDispose]() {
      await host.stop('the test is over');
      await site[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
