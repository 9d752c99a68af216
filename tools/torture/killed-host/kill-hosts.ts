import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit } from './audit.ts';
import { callUntilGone, EVERY_CALL, importMany, type Call } from './callers.ts';
import { createLedger } from './ledger.ts';
import { startMortalHost } from './mortal-host.ts';
import { until } from '../until.ts';

export interface KillHostsOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly kills: number;
  readonly random: () => number;
  /** The host lives at most so long under its callers. */
  readonly lifeMs: number;
  /** What the callers do. Default: everything. */
  readonly calls?: readonly Call[];
  /** How many accounts there are before the first kill. */
  readonly fill?: number;
}

export interface KillHostsReport {
  readonly kills: number;
  readonly imported: number;
  readonly edited: number;
  readonly allocations: number;
  readonly handedOut: number;
  /** Left beside the allocations: temporary files that nobody removed. */
  readonly leftOver: readonly string[];
  readonly faults: readonly string[];
}

/**
 * Kills the real host again and again, at random moments while callers import, allocate and edit; then starts it once more and
 * compares what is there with what the callers were told.
 */
export async function killHosts(options: KillHostsOptions): Promise<KillHostsReport> {
  const { folder, kills, random, lifeMs, calls = EVERY_CALL, fill = 0 } = options;
  const directory = join(folder, 'data');
  const allocated = join(folder, 'allocated');
  await mkdir(allocated);
  const ledger = createLedger();
  const somethingDone = async (): Promise<boolean> =>
    ledger.imported.size > 0 && (await readdir(allocated)).some((name) => name.endsWith('.csv'));
  let number = 0;
  for (let round = 0; round < kills; round++) {
    const host = await startMortalHost(directory);
    const controller = new AbortController();
    const { client } = host;
    const callers = { client, ledger, folder: allocated, next: () => ++number, random, signal: controller.signal };
    if (round === 0 && fill > 0) await importMany(callers, fill);
    const calling = callUntilGone(callers, calls);
    // Whatever the machine is busy with, the first has done something.
    if (round === 0) await until('the first host has imported and allocated', somethingDone);
    await sleep(random() * lifeMs);
    await host.kill();
    controller.abort();
    await calling;
  }
  const last = await startMortalHost(directory);
  try {
    const { faults, handedOut } = await audit(last.client, ledger);
    const files = await readdir(allocated);
    return {
      kills,
      imported: ledger.imported.size,
      edited: ledger.tags.size,
      allocations: ledger.allocations.size,
      handedOut,
      leftOver: files.filter((name) => !/^\d+\.csv(\.leases\.json)?$/.test(name)),
      faults,
    };
  } finally {
    await last.stop();
  }
}
