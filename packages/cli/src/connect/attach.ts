import { ApiError, createClient, hostSocket, unixFetch, type Client } from '@muster/api';

/** Codes that say: nobody is there, or not yet. */
const ABSENT = new Set(['HOST_GONE', 'UNAVAILABLE']);

/** A client of the host that runs on a data directory, `undefined` when none answers. */
export async function attach(directory: string): Promise<Client | undefined> {
  try {
    const socket = await hostSocket(directory);
    const client = createClient({ fetch: unixFetch(socket) });
    try {
      await client.call('getStatus');
      return client;
    } catch (thrown) {
      await client.close();
      throw thrown;
    }
  } catch (thrown) {
    if (thrown instanceof ApiError && ABSENT.has(thrown.code)) return undefined;
    throw thrown;
  }
}
