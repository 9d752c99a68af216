import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBrowser, needsNoSandbox, processUsage } from '@muster/sdk/browser';
import whatsapp from '@muster/plugin-whatsapp';

/** The parts of the library's client that are used here. */
interface Client {
  readonly pupBrowser: { process(): { readonly pid?: number } | null } | null;
  initialize(): Promise<void>;
  once(event: 'ready', listener: () => void): void;
  destroy(): Promise<void>;
}
interface Library {
  readonly Client: new (options: Readonly<Record<string, unknown>>) => Client;
  readonly LocalAuth: new (options: Readonly<Record<string, unknown>>) => object;
}

/** So many sessions with whatsapp-web.js as its own examples open them: private memory of each browser in MB, when they have settled. */
export async function libraryAlone(count: number, settleMs: number): Promise<number[]> {
  const plugin = new URL('../../plugins/whatsapp/package.json', import.meta.url);
  const { Client, LocalAuth } = createRequire(plugin)('whatsapp-web.js') as Library;
  const start = await whatsapp.simulator?.();
  if (!start) throw new Error('the plugin has no simulator');
  const simulator = await start.default({ knobs: { autoScanMs: 50 } });
  const config = simulator.config as Readonly<Record<string, string>> & {
    readonly browserArgs: readonly string[];
    readonly browserFeaturesOff: readonly string[];
  };
  const dataPath = await mkdtemp(join(tmpdir(), 'muster-wa-library-'));
  const { path } = await findBrowser();
  const clients: Client[] = [];
  try {
    for (let number = 0; number < count; number++) {
      const client = new Client({
        authStrategy: new LocalAuth({ clientId: `n${number}`, dataPath }),
        webVersion: config['webVersion'],
        webVersionCache: { type: 'local', path: config['webVersionCache'], strict: true },
        puppeteer: {
          headless: true,
          executablePath: path,
          args: [
            ...(needsNoSandbox() ? ['--no-sandbox'] : []),
            ...config.browserArgs,
            `--disable-features=${config.browserFeaturesOff.join(',')}`,
          ],
        },
      });
      clients.push(client);
      const ready = new Promise<void>((resolve) => client.once('ready', resolve));
      await client.initialize();
      await ready;
    }
    await sleep(settleMs);
    const usages = await Promise.all(clients.map((client) => processUsage(client.pupBrowser?.process()?.pid ?? 0)));
    return usages.map(({ privateBytes }) => privateBytes / 1_048_576);
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
    await simulator.close();
    await rm(dataPath, { recursive: true, force: true });
  }
}
