import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../until.ts';

const GATEWAY = fileURLToPath(new URL('gateway.ts', import.meta.url));

export interface KillOptions {
  readonly folder: string;
  readonly kills: number;
  readonly random: () => number;
  readonly accounts: number;
  readonly limit: number;
  readonly windowMs: number;
  /** A gateway lives up to so long. */
  readonly lifeMs: number;
}

export interface KillReport {
  readonly kills: number;
  readonly requests: number;
  /** The most requests of one account that the service met within one window. */
  readonly most: number;
  /** Accounts that were over the limit at some time. */
  readonly over: readonly string[];
}

/** Kills gateways at random moments, and counts at the service as it would: by the times at which requests come in. */
export async function killGateways(options: KillOptions): Promise<KillReport> {
  const { folder, kills, random, accounts, limit, windowMs, lifeMs } = options;
  const met = new Map<string, number[]>();
  const server = createServer((request, response) => {
    const account = String(request.headers['account']);
    met.set(account, [...(met.get(account) ?? []), performance.now()]);
    // Some answers are slow to begin: their requests were counted long before.
    setTimeout(() => response.end('ok'), random() < 0.2 ? random() * 300 : random() * 10);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = [join(folder, 'data'), url, String(accounts), String(limit), String(windowMs)];
  try {
    for (let killed = 0; killed < kills; killed += 1) {
      const child = spawn(process.execPath, ['--conditions=muster:source', GATEWAY, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      const ready = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
      if (!ready) throw new Error('The gateway ended before it was ready.');
      // Whatever the machine is busy with, the first has sent something.
      await until('the first gateway has sent a request', () => met.size > 0);
      await sleep(random() * lifeMs);
      child.kill('SIGKILL');
      await ended;
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  let most = 0;
  const over: string[] = [];
  for (const [account, times] of met) {
    const densest = Math.max(...times.map((time, at) => times.slice(at).filter((other) => other < time + windowMs).length));
    most = Math.max(most, densest);
    if (densest > limit) over.push(account);
  }
  return { kills, requests: [...met.values()].reduce((sum, times) => sum + times.length, 0), most, over };
}
