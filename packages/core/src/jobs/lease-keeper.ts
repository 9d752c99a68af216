import { toMusterError } from '@muster/sdk';
import type { LeaseRef, Pool } from '../pool/pool.ts';
import type { Clock } from '../ports/clock.ts';

/** Renews the leases of live tasks at half their time, all with one timer. */
export interface LeaseKeeper {
  /** Renews what `leases` says until the returned function is called. `lost` is told when a lease was taken away. */
  keep(leases: () => Promise<readonly LeaseRef[]>, lost: (error: Error) => void): () => void;
  stop(): void;
}

interface Kept {
  readonly leases: () => Promise<readonly LeaseRef[]>;
  readonly lost: (error: Error) => void;
}

export function createLeaseKeeper({ pool, clock, ttlMs }: { pool: Pool; clock: Clock; ttlMs: number }): LeaseKeeper {
  const kept = new Set<Kept>();
  let stopTimer: (() => void) | undefined;

  async function renew(entry: Kept): Promise<void> {
    try {
      const leases = await entry.leases();
      if (kept.has(entry) && leases.length > 0) await pool.renew(leases, ttlMs);
    } catch (thrown) {
      const error = toMusterError(thrown);
      // A store that does not answer now is asked again in time; only a lease that is gone stops its task.
      if (error.code === 'LEASE_LOST' && kept.has(entry)) entry.lost(error);
    }
  }

  async function renewAll(): Promise<void> {
    await Promise.all([...kept].map(renew));
    if (kept.size > 0 && stopTimer === undefined) schedule();
  }

  const schedule = (): void => {
    stopTimer = clock.after(ttlMs / 2, () => {
      stopTimer = undefined;
      void renewAll();
    });
  };

  return {
    keep(leases, lost) {
      const entry = { leases, lost };
      kept.add(entry);
      if (stopTimer === undefined) schedule();
      return () => void kept.delete(entry);
    },
    stop() {
      kept.clear();
      stopTimer?.();
      stopTimer = undefined;
    },
  };
}
