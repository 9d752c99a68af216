import { MusterError } from '@muster/sdk';
import type { FoundBrowser } from '@muster/sdk/browser';
import type { Page } from 'puppeteer';
import { clearProfile } from '../browser/clear-profile.ts';
import { startBrowser, type OwnBrowser } from '../browser/start-browser.ts';
import { createGuardedClient, type GuardedClient } from '../client/guarded-client.ts';
import { createInjection } from './injection.ts';
import type { Sightings } from './sightings.ts';
import { reasonOf, within } from '../within.ts';

export interface ConnectionOptions {
  readonly found: FoundBrowser;
  readonly clientId: string;
  /** Holds the profiles; this one's is `session-<clientId>`. */
  readonly dataPath: string;
  readonly profile: string;
  readonly browserArgs: readonly string[];
  readonly featuresOff: readonly string[];
  /** A version of WhatsApp Web kept as `<cache>/<version>.html`; the current one of the service where there is none. */
  readonly version: { readonly version: string; readonly cache: string } | undefined;
  /** Link by a code for this number instead of a QR code. */
  readonly phone: string | undefined;
  readonly openTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** One browser with its page and the library in it. */
export interface Connection {
  readonly browser: OwnBrowser;
  readonly client: GuardedClient;
  readonly page: Page;
  close(): Promise<'closed' | 'killed'>;
}

const CODE_EVERY_MS = 180_000;
const PROTOCOL_MS = 60_000;

/** Resolves when the page shows a code or is linked. Rejects when neither came; then nothing of it runs any more. */
export async function openConnection(options: ConnectionOptions, sightings: Sightings): Promise<Connection> {
  const { profile, openTimeoutMs, signal } = options;
  const freed = await clearProfile(profile);
  if (freed !== undefined) sightings.remedy('free-profile', freed);
  const browser = await startBrowser({
    found: options.found,
    profile,
    args: options.browserArgs,
    featuresOff: options.featuresOff,
    signal,
  });
  let alive = true;
  try {
    const client = await createClient(options, { sightings, endpoint: browser.endpoint, alive: () => alive });
    const close = async (): Promise<'closed' | 'killed'> => {
      alive = false;
      client.removeAllListeners();
      const how = await browser.close();
      await client.pupBrowser?.disconnect().catch(() => undefined);
      return how;
    };
    void browser.gone.then(() => alive && sightings.browserLost('the browser ended'));
    listen(client, sightings);
    const stopped = new Promise<never>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new MusterError('ABORTED', 'The session was closed.')), { once: true }),
    );
    const ended = browser.gone.then(() => Promise.reject(new Error('the browser ended')));
    await within(Promise.race([client.initialize(), stopped, ended]), openTimeoutMs, 'WhatsApp Web');
    const page = client.pupPage;
    if (!page) throw new Error('the library gave no page');
    page.on('error', (error) => void (alive && sightings.pageLost(reasonOf(error))));
    page.on('close', () => void (alive && sightings.browserLost('the page was closed')));
    // The empty page that the browser came with costs a renderer.
    for (const other of (await client.pupBrowser?.pages()) ?? []) if (other !== page) await other.close().catch(() => undefined);
    return { browser, client, page, close };
  } catch (error) {
    alive = false;
    await browser.close();
    throw error;
  }
}

async function createClient(
  { version, clientId, dataPath, phone, openTimeoutMs }: ConnectionOptions,
  { sightings, endpoint, alive }: { sightings: Sightings; endpoint: string; alive: () => boolean },
): Promise<GuardedClient> {
  const injection = createInjection({ page: () => client.pupPage, sightings, alive, openTimeoutMs });
  const client = await createGuardedClient({
    clientId,
    dataPath,
    keepsVersion: version !== undefined,
    client: {
      ...(version && { webVersion: version.version, webVersionCache: { type: 'local', path: version.cache, strict: true } }),
      // The browser says of itself what it is.
      userAgent: false as never,
      authTimeoutMs: openTimeoutMs,
      ...(phone !== undefined && {
        pairWithPhoneNumber: { phoneNumber: phone, showNotification: true, intervalMs: CODE_EVERY_MS },
      }),
      puppeteer: { browserWSEndpoint: endpoint, defaultViewport: null, protocolTimeout: PROTOCOL_MS },
    },
    aroundInject: injection,
    failed: (what, error) => void (alive() && sightings.browserLost(`${what}: ${reasonOf(error)}`)),
  });
  return client;
}

const LOGGED_OUT = new Set(['LOGOUT', 'UNPAIRED', 'UNPAIRED_IDLE']);

function listen(client: GuardedClient, sightings: Sightings): void {
  client.on('qr', (text) => sightings.qr(text));
  client.on('code', (text) => sightings.code(text));
  client.on('loading_screen', (percent) => sightings.loading(Number(percent)));
  client.on('authenticated', () => sightings.linked());
  client.on('auth_failure', (why) => sightings.refused(`WhatsApp refused the login: ${why}`));
  client.on('ready', () => sightings.synced(client.info.wid._serialized, client.info.pushname));
  client.on('change_state', (state) => sightings.line(state));
  client.on('message', (message) => sightings.message(message));
  client.on('message_create', (message) => void (message.fromMe && sightings.created(message)));
  client.on('message_ack', (message, ack) => sightings.ack(message.id._serialized, ack));
  client.on('vote_update', (vote) => sightings.voted(vote));
  client.on('disconnected', (reason) => {
    const why: string = reason;
    if (LOGGED_OUT.has(why)) sightings.unlinked(why === 'LOGOUT' ? 'the link was removed' : why);
    else if (why === 'CONFLICT') sightings.replaced();
    else sightings.refused(`WhatsApp says ${why}`);
  });
}
