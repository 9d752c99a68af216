import type * as Library from 'whatsapp-web.js';
import type { Client as LibraryClient, ClientOptions } from 'whatsapp-web.js';

/** The library's client with what its types leave out. */
export interface GuardedClient extends LibraryClient {
  inject(): Promise<void>;
}

export interface GuardOptions {
  readonly client: ClientOptions & { readonly webVersion?: string };
  readonly clientId: string;
  /** Holds the folder `session-<clientId>`. */
  readonly dataPath: string;
  /** A version is served from the cache; else the page comes from WhatsApp and is not kept. */
  readonly keepsVersion: boolean;
  /** Stands around every injection into a page: the first, and each after a navigation. */
  aroundInject(inject: () => Promise<void>): Promise<void>;
  /** For what the library starts and does not wait for. */
  failed(what: string, error: unknown): void;
}

/** Parts of the client that its types do not show. */
interface Inner {
  inject(): Promise<void>;
  initWebVersionCache(): Promise<void>;
}

let loading: Promise<typeof Library> | undefined;

/** whatsapp-web.js and puppeteer: 250 ms and 40 MB, so only where a session is opened. */
export async function loadLibrary(): Promise<typeof Library> {
  loading ??= import('whatsapp-web.js').then((loaded) => (loaded as unknown as { default?: typeof Library }).default ?? loaded);
  return loading;
}

/**
 * The unmodified client, with guards where it would take the whole host along or lose a login: it injects again at every
 * navigation with nobody to catch a failure, and its LocalAuth removes the profile under the running browser.
 */
export async function createGuardedClient(options: GuardOptions): Promise<GuardedClient> {
  const { Client, LocalAuth } = await loadLibrary();

  const auth = new LocalAuth({ clientId: options.clientId, dataPath: options.dataPath });
  // The profile is wiped by the session, once its browser is gone.
  auth.logout = () => Promise.resolve();
  const client = new Client({
    ...options.client,
    authStrategy: auth,
  }) as GuardedClient;

  const inject = (client as unknown as Inner).inject.bind(client);
  client.inject = () => options.aroundInject(inject);
  // Reading every answer of the page to keep it, with nobody to catch a failure, is for nothing when nothing is kept.
  if (!options.keepsVersion) (client as unknown as Inner).initWebVersionCache = () => Promise.resolve();
  const requestCode = client.requestPairingCode.bind(client);
  client.requestPairingCode = async (...of) => {
    try {
      return await requestCode(...of);
    } catch (error) {
      options.failed('the pairing code', error);
      return '';
    }
  };
  // The session closes its browser itself, and waits until it is gone.
  client.destroy = () => Promise.resolve();
  return client;
}
