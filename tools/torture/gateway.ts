import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './gateway/free-port.ts';
import { judge, type Seen } from './gateway/judge.ts';
import { load, type LoadReport } from './gateway/load.ts';
import { gatewayReady, setUp, startHostProcess, startSimulation, type HostProcess } from './gateway/processes.ts';
import type { Row } from './store/row.ts';

const ACCOUNTS = 1_000;
const CLIENTS = 64;
const FOR_MS = 60_000;
/** Less than the clients ask for: they have to wait for the limits all the time. */
const LIMIT = 4;
const WINDOW_MS = 6_000;
const KILLS = 5;
/** Accounts that always answer 429, as if somebody else used them up. */
const LIMITED = 20;

const failed = ({ failures }: LoadReport): number => Object.values(failures).reduce((sum, count) => sum + count, 0);

async function run(kills: number, strategy: string): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  const keys = Array.from({ length: ACCOUNTS }, (_, index) => `IFM-torture-${String(index + 1).padStart(4, '0')}`);
  const isLimited = (_: string, index: number): boolean => index % (ACCOUNTS / LIMITED) === 7;
  const limited = keys.filter(isLimited);
  const good = keys.filter((key, index) => !isLimited(key, index));
  // The service itself would not refuse: it only counts.
  await using simulation = await startSimulation({
    windowMs: WINDOW_MS,
    latencyMs: 5,
    errorRate: 0.001,
    retryAfter: 'ms',
    retryAfterMs: 2_000,
  });
  await simulation.turn({ accounts: Object.fromEntries(limited.map((key) => [key, { limited: true }])) });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v1`;
  const config = {
    ...simulation.config,
    rotationStrategy: strategy,
    rateLimitPerAccount: LIMIT,
    rateLimitWindowMs: WINDOW_MS,
    cooldownMs: 1_000,
  };
  let host: HostProcess | undefined;
  try {
    host = await startHostProcess(folder);
    const token = await setUp(host.client, { port, keys, config });
    await gatewayReady(url);
    const loading = load({ url, token, clients: CLIENTS, forMs: FOR_MS, patient: kills > 0 });
    for (let kill = 0; kill < kills; kill++) {
      await sleep((FOR_MS / (kills + 1)) * (0.8 + Math.random() * 0.4));
      await host.kill();
      host = await startHostProcess(folder);
    }
    const report = await loading;
    const seen = await simulation.read<Record<string, Seen>>('/sim/accounts');
    const { most, median, least, greatest, accounts, served } = judge(seen, good);
    // Round robin comes to everybody in turn; what a kill cuts short is not made up for.
    const fair = accounts === good.length && (kills > 0 || (least >= median * 0.8 && greatest <= median * 1.25));
    return {
      name: kills === 0 ? `gateway under load, ${strategy}` : `gateway under load, killed -9 ${kills} times, ${strategy}`,
      figure:
        `${CLIENTS} clients for ${FOR_MS / 1_000} s over ${ACCOUNTS} accounts: ${report.answered} answered, ${failed(report)} failed ` +
        `${JSON.stringify(report.failures)}, served ${served}; most within ${WINDOW_MS} ms: ${most} of ${LIMIT}; ` +
        `an account was used ${least} to ${greatest} times, median ${median}`,
      holds: most <= LIMIT && fair && failed(report) === 0 && report.answered > 0,
    };
  } finally {
    await host?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The gateway at its limits: the service's own count says whether they held. Some four minutes. */
export async function* torture(): AsyncGenerator<Row> {
  yield await run(0, 'round-robin');
  yield await run(0, 'least-used');
  yield await run(KILLS, 'round-robin');
}
