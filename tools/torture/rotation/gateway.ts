// Spreads requests over the accounts of a data directory until it is killed. Arguments: the directory, the service's address,
// how many accounts, the limit, the window in milliseconds.
import { createCore } from '@muster/core';
import { definePlugin, type PluginService, type RequestRotation, type ServiceContext } from '@muster/sdk';
import { z } from 'zod';

interface Gateway extends PluginService {
  readonly rotation: RequestRotation<unknown>;
}

const [directory = '', url = '', accounts = '', limit = '', windowMs = ''] = process.argv.slice(2);
const CALLERS = 40;

const gateway = definePlugin({
  id: 'gateway',
  title: 'Gateway',
  config: z.object({}),
  account: z.object({ name: z.string() }),
  identity: [['name']],
  service: {
    load: async () => ({
      default: async (context: ServiceContext<unknown, unknown>): Promise<Gateway> => {
        const limits = { limit: Number(limit), windowMs: Number(windowMs), cooldownMs: 0 };
        return { rotation: await context.openRotation({ strategy: 'round-robin', limits }), close: async () => undefined };
      },
    }),
  },
});

const core = await createCore({ directory, storeKind: 'lowdb', plugins: { given: [gateway] } });
await core.start();
const names = Array.from({ length: Number(accounts) }, (_, at) => ({ name: `account-${at}` }));
await core.accounts.addAll('gateway', names, { actor: 'torture' });
const { rotation } = await core.pluginServices.open<Gateway>('gateway');
// Timers of the core keep no process alive.
setInterval(() => undefined, 60_000);
console.log('ready');

async function caller(): Promise<void> {
  for (;;) {
    const slot = await rotation.acquire({ maxWaitMs: 600_000 });
    const response = await fetch(url, { headers: { account: slot.account.label } });
    slot.sent();
    await response.text();
    slot.finish({ kind: 'used', served: { status: response.status, durationMs: 0 } });
  }
}
await Promise.all(Array.from({ length: CALLERS }, caller));
