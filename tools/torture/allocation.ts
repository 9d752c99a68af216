import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killHosts } from './killed-host/kill-hosts.ts';
import type { Row } from './store/row.ts';

const KILLS = 200;

/** The real host, killed at random moments while four callers do nothing but allocate: a quarter of an hour. */
export async function* torture(): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  try {
    const calls = ['allocate', 'allocate', 'allocate', 'allocate'] as const;
    const report = await killHosts({ folder, kills: KILLS, random: Math.random, lifeMs: 400, calls, fill: 50_000 });
    const { kills, allocations, handedOut, faults, leftOver } = report;
    yield {
      name: 'host killed -9 in the middle of allocations',
      figure:
        `${kills} kills, ${allocations} allocations of ${handedOut} accounts, each whole or undone; ` +
        `faults: ${faults.join('; ') || 'none'}; temporary files left: ${leftOver.length}`,
      holds: faults.length === 0 && leftOver.length === 0 && handedOut > 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
