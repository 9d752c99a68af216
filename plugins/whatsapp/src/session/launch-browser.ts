import type { SessionContext } from '@muster/sdk';
import { findBrowser } from '@muster/sdk/browser';
import type { Account, Config } from '../schemas.ts';
import type { BrowserSlot } from './browser-slot.ts';
import { openConnection, type Connection } from './connection.ts';
import type { Sightings } from './sightings.ts';

export interface LaunchOptions {
  readonly context: SessionContext<Config, Account>;
  readonly clientId: string;
  readonly profile: string;
  readonly linkByCode: boolean;
  readonly slot: BrowserSlot;
  readonly sightings: Sightings;
  readonly signal: AbortSignal;
}

/** Starts a browser as the settings say, in its turn among all sessions. NO_BROWSER where none is installed. */
export async function launchBrowser(options: LaunchOptions): Promise<Connection> {
  const { context, clientId, profile, linkByCode, slot, sightings, signal } = options;
  const config = context.config();
  const found = await findBrowser({ lean: config.engine === 'lean', path: config.browserPath });
  const { webVersion: version, webVersionCache: cache } = config;
  return context.launch(() => {
    signal.throwIfAborted();
    const connection = openConnection(
      {
        found,
        clientId,
        dataPath: context.profiles,
        profile,
        browserArgs: config.browserArgs,
        featuresOff: config.browserFeaturesOff,
        version: version !== undefined && cache !== undefined ? { version, cache } : undefined,
        phone: linkByCode ? context.account.data.phone : undefined,
        openTimeoutMs: config.openTimeoutMs,
        signal,
      },
      sightings,
    );
    return slot.fill(connection);
  });
}
