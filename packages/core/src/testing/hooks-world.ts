import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { openEvents } from '../events/create-events.ts';
import { createRedactor } from '../events/create-redactor.ts';
import type { Events, Redactor } from '../events/events.ts';
import { createHooks } from '../hooks/create-hooks.ts';
import { DELIVERIES, HOOK_CURSOR, HOOKS } from '../hooks/hook-record.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../vault/vault.ts';
import { testVault } from './roster-things.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { createTestRandom } from './test-random.ts';

export interface HooksWorld extends AsyncDisposable {
  readonly folder: string;
  readonly store: Store;
  readonly clock: TestClock;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly events: Events;
  /** As a host that starts. */
  make(seed: number): Hooks;
  /** What else ends with it; the last comes first. */
  readonly closers: (() => Promise<unknown>)[];
}

/** What hooks need: a store in memory, a log in a folder of its own, and time that stands still until it is turned. */
export async function openHooksWorld(job: Jobs['get']): Promise<HooksWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-hooks-'));
  const store = await openMemoryStore({ collections: [HOOKS, DELIVERIES, HOOK_CURSOR] });
  const clock = createTestClock();
  const redactor = createRedactor();
  const vault = testVault();
  const events = await openEvents({ directory: join(folder, 'events'), clock, redactor });
  const jobs = { get: job } as unknown as Jobs;
  const closers: HooksWorld['closers'] = [() => rm(folder, { recursive: true }), () => events.close()];
  return {
    folder,
    store,
    clock,
    redactor,
    vault,
    events,
    make(seed) {
      const hooks = createHooks({ store, vault, events, redactor, jobs, clock, random: createTestRandom(seed), fetch });
      closers.push(() => hooks.stop());
      return hooks;
    },
    closers,
    async [Symbol.asyncDispose]() {
      for (const close of closers.splice(0).toReversed()) await close();
    },
  };
}
