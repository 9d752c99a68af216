import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killHosts } from './killed-host/kill-hosts.ts';
import type { Row } from './store/row.ts';

const KILLS = 200;

/** The real host, killed at random moments while callers import, allocate and edit: about eight minutes. */
export async function* torture(): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  try {
    const report = await killHosts({ folder, kills: KILLS, random: Math.random, lifeMs: 800 });
    const { kills, imported, edited, allocations, handedOut, faults, leftOver } = report;
    yield {
      name: 'host killed -9 while importing, allocating and editing',
      figure:
        `${kills} kills, ${imported} acknowledged accounts, ${edited} edited, ${allocations} allocations of ${handedOut} accounts; ` +
        `faults: ${faults.join('; ') || 'none'}; temporary files left: ${leftOver.length}`,
      holds: faults.length === 0 && leftOver.length === 0 && imported > 0 && handedOut > 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
