import type { Client, Fetch } from '@muster/api';
import { startHost } from '@muster/host';
import { hostOptions } from './host-options.ts';

/** Host and client in one process; nobody else can reach it, and it ends with this process. */
export async function startStandalone(
  directory: string,
  checkout: string | null,
): Promise<{ readonly client: Client; readonly fetch: Fetch; stop(): Promise<void> }> {
  const host = await startHost({ ...hostOptions(directory, checkout), standalone: true });
  return { client: host.client, fetch: host.fetch, stop: () => host.stop('the command ended') };
}
