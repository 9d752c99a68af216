import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killGateways } from './rotation/kill-gateways.ts';
import type { Row } from './store/row.ts';

const KILLS = 100;

/** A rotation of requests, killed at random moments; the service counts. A few minutes. */
export async function* torture(): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  const limit = 20;
  try {
    const options = { folder, kills: KILLS, random: Math.random, accounts: 5, limit, windowMs: 3_000, lifeMs: 1_500 };
    const { kills, requests, most, over } = await killGateways(options);
    yield {
      name: 'gateway killed -9 in the middle of requests',
      figure: `${kills} kills, ${requests} requests over 5 accounts; most within a window: ${most} of ${limit}; accounts over: ${over.length}`,
      holds: over.length === 0 && requests > 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
