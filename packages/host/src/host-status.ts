import type { HostStatus } from '@muster/api';
import { JOBS, PROMPTS, TASKS, type Tally } from '@muster/core';
import { tallyView } from './handlers/views.ts';
import type { HostCore } from './host-core.ts';
import type { ProcessUsage } from './process-usage.ts';

export interface StatusParts {
  readonly core: HostCore;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly directory: string;
  /** The address, once it is bound. */
  readonly tcp: () => string | null;
  readonly usage: () => ProcessUsage;
}

/** Sums the counts by the value at one place of their key. */
function countsBy(tally: readonly Tally[], at: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { key, count } of tally) {
    const word = String(key[at]);
    counts[word] = (counts[word] ?? 0) + count;
  }
  return counts;
}

/** Everything `muster status` says, in counts that cost no scan. */
export async function readHostStatus(parts: StatusParts): Promise<HostStatus> {
  const { core, version, startedAt, directory } = parts;
  const [store, accounts, jobs, tasks, prompts] = await Promise.all([
    core.store.status(),
    core.accounts.tally(),
    core.store.tally(JOBS.name, ['state']),
    core.store.tally(TASKS.name, ['job', 'state']),
    core.store.count(PROMPTS.name),
  ]);
  const byState = countsBy(tasks, 1);
  const listings = core.plugins.list();
  const vault = core.vault.status();
  return {
    version,
    pid: process.pid,
    startedAt,
    now: core.clock.now(),
    directory,
    ...parts.usage(),
    store: { ...store, documents: { ...store.documents }, recovered: [...store.recovered] },
    vault: { state: vault.state, warnings: [...vault.warnings] },
    accounts: tallyView(accounts),
    jobs: countsBy(jobs, 0),
    tasks: {
      running: byState['running'] ?? 0,
      queued: (byState['queued'] ?? 0) + (byState['waiting'] ?? 0),
      failed: byState['failed'] ?? 0,
    },
    prompts,
    plugins: {
      loaded: listings.filter(({ state }) => state === 'loaded').length,
      broken: listings.filter(({ state }) => state === 'broken' || state === 'incompatible').length,
    },
    tcp: parts.tcp(),
    lastSeq: core.events.lastSeq,
  };
}
