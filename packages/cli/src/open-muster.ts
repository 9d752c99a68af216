import { createClient, hostSocket, unixFetch, type Client, type Fetch } from '@muster/api';
import { attach } from './connect/attach.ts';
import { startStandalone } from './connect/standalone.ts';
import { dataDirectory, findCheckout } from './data-directory.ts';

export interface Muster extends AsyncDisposable {
  /** All that the host's HTTP API and the paths of its plugins answer; the host part of a URL is not looked at. */
  readonly fetch: Fetch;
  readonly client: Client;
  /** The host is in this process, and ends with it; false: it ran before and goes on. */
  readonly own: boolean;
  close(): Promise<void>;
}

/**
 * Muster from a program of one's own: joins the host that runs on the data directory, or opens it in this process.
 * The directory is found as the command finds it, unless it is named. Rejects as the command does (DATA_DIR, VAULT_NO_KEY, …).
 */
export async function openMuster(options: { readonly directory?: string } = {}): Promise<Muster> {
  const checkout = findCheckout();
  const directory = dataDirectory({ flag: options.directory, env: process.env, cwd: process.cwd(), checkout });
  const running = await attach(directory);
  if (running) {
    await running.close();
    const reach = unixFetch(() => hostSocket(directory));
    const client = createClient({ fetch: reach });
    const close = (): Promise<void> => client.close();
    return { fetch: reach, client, own: false, close, [Symbol.asyncDispose]: close };
  }
  const { client, fetch: reach, stop } = await startStandalone(directory, checkout);
  return { fetch: reach, client, own: true, close: stop, [Symbol.asyncDispose]: stop };
}
