import type { Client } from '@muster/api';
import { startHost } from '@muster/host';
import { hostOptions } from './host-options.ts';

/** Host and client in one process; nobody else can reach it, and it ends with this process. */
export async function startStandalone(
  directory: string,
  checkout: string | null,
): Promise<{ readonly client: Client; stop(): Promise<void> }> {
  const host = await startHost({ ...hostOptions(directory, checkout), standalone: true });
  return { client: host.client, stop: () => host.stop('the command ended') };
}
