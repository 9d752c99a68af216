import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore, type Core } from '@muster/core';
import { definePlugin, type PluginService, type RequestRotation, type RotationStrategy, type ServiceContext } from '@muster/sdk';
import { z } from 'zod';
import { cpuMs, defineBenchmark } from './benchmark.ts';

const ACCOUNTS = 1_000;
const REQUESTS = 100_000;
/** Requests under way at once. */
const CALLERS = 200;

type Rotation = RequestRotation<unknown>;
interface Gateway extends PluginService {
  readonly rotation: Rotation;
}
interface Subject {
  readonly directory: string;
  readonly core: Core;
  readonly rotation: Rotation;
}

const limits = { limit: 1_000_000, windowMs: 60_000, cooldownMs: 0, maxConcurrent: 10 };
const settings = (strategy: RotationStrategy, limit = limits.limit) => ({ strategy, limits: { ...limits, limit } });

const gateway = definePlugin({
  id: 'gateway',
  title: 'Gateway',
  config: z.object({}),
  account: z.object({ name: z.string() }),
  identity: [['name']],
  service: {
    load: async () => ({
      default: async (context: ServiceContext<unknown, unknown>): Promise<Gateway> => ({
        rotation: await context.openRotation(settings('round-robin')),
        close: async () => undefined,
      }),
    }),
  },
});

const served = { status: 200, durationMs: 5 };

/** Microseconds of CPU for each request, what is written behind them included. */
async function perRequest(rotation: Rotation): Promise<number> {
  let left = REQUESTS;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const slot = await rotation.acquire({ maxWaitMs: 60_000 });
      slot.sent();
      slot.finish({ kind: 'used', served });
    }
  };
  const ms = await cpuMs(() => Promise.all(Array.from({ length: CALLERS }, caller)));
  return (ms * 1_000) / REQUESTS;
}

export const benchmark = defineBenchmark<Subject>({
  name: 'rotation',
  title: 'acquire, send and finish a request over 1,000 accounts, counters written behind',
  n: ACCOUNTS,
  unit: 'us CPU',
  bar: { atMost: 20 },
  rounds: 3,
  async setup() {
    const directory = await mkdtemp(join(tmpdir(), 'muster-bench-rotation-'));
    const core = await createCore({ directory, storeKind: 'lowdb', plugins: { given: [gateway] } });
    await core.start();
    await core.accounts.addAll(
      'gateway',
      Array.from({ length: ACCOUNTS }, (_, at) => ({ name: `account-${at}` })),
      { actor: 'bench' },
    );
    const { rotation } = await core.pluginServices.open<Gateway>('gateway');
    return { directory, core, rotation };
  },
  async run({ rotation }) {
    const figures: Record<string, number> = {};
    for (const strategy of ['round-robin', 'least-used', 'random', 'priority'] as const) {
      await rotation.reset();
      rotation.configure(settings(strategy));
      figures[strategy] = await perRequest(rotation);
    }
    // A quarter of it may be made before the journal is written: four writes an account.
    await rotation.reset();
    rotation.configure(settings('round-robin', (1.2 * REQUESTS) / ACCOUNTS));
    figures['at the limit'] = await perRequest(rotation);
    const { 'round-robin': turns = 0, ...also } = figures;
    return { samples: [turns], also };
  },
  also: {
    'least-used': { unit: 'us CPU', bar: { atMost: 20 } },
    random: { unit: 'us CPU', bar: { atMost: 20 } },
    priority: { unit: 'us CPU', bar: { atMost: 20 } },
    'at the limit': { unit: 'us CPU', bar: { atMost: 20 } },
  },
  async close({ core, directory }) {
    await core.stop();
    await rm(directory, { recursive: true });
  },
});
