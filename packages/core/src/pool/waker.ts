import { safeText } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Events } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Store } from '../ports/store.ts';
import { all, oneOf, type Filter } from '../query/filter.ts';
import { createAlarm } from './alarm.ts';
import type { LeaseEnds } from './lease-end.ts';
import { readyWord } from './ready-word.ts';

const BATCH = 500;
/** After a failure the timer rests for so long; leases look again anyway. */
const PAUSE_AFTER_FAILURE_MS = 10_000;

const isDue = (by?: number): Filter =>
  all(
    oneOf('state', ['busy', 'cooling', 'needs-you']),
    { op: 'gt', field: 'dueAt', value: 0 },
    by === undefined ? undefined : { op: 'lte', field: 'dueAt', value: by },
  );

/** Brings back what is due: accounts whose cooldown ended, and those whose lease ended without a word. */
export interface Waker {
  /** Wakes all that is due by now; returns how many. Does nothing, cheaply, when nothing can be due. */
  wake(): Promise<number>;
  /** An account was leased or put away until then, durably. */
  note(dueAt: number): void;
  /** An operation was made that puts an account away until then; it counts once the store has it. */
  expect(id: string, dueAt: number): void;
  start(): void;
  stop(): Promise<void>;
}

export function createWaker(deps: {
  readonly store: Store;
  readonly events: Events;
  readonly clock: Clock;
  readonly plugins: Plugins;
  readonly ends: LeaseEnds;
}): Waker {
  const { store, events, clock, plugins, ends } = deps;
  const alarm = createAlarm(clock);
  const expected = new Map<string, number>();
  let queue: Promise<unknown> = Promise.resolve();
  let unsubscribe: (() => void) | undefined;

  const listen = (): void => {
    unsubscribe ??= store.subscribe((changes) => {
      for (const { collection, ids } of changes) {
        if (collection !== 'accounts') continue;
        if (ids === undefined) alarm.reset(-Infinity);
        // An import names hundreds of ids, and nobody waits for any.
        for (const id of expected.size === 0 ? [] : (ids ?? [])) {
          const dueAt = expected.get(id);
          if (dueAt === undefined) continue;
          expected.delete(id);
          alarm.note(dueAt);
        }
      }
    });
  };

  const wordOf = (record: AccountRecord): string | null =>
    readyWord(
      record,
      plugins.loaded().find((each) => each.id === record.plugin),
    );
  const commitEach = async (operations: readonly Operation[]): Promise<void> => {
    for (const operation of operations) {
      await store.commit([operation]).catch((error: unknown) => {
        if (!refused(error)) throw error;
      });
    }
  };
  const wakeBatch = async (due: readonly AccountRecord[]): Promise<void> => {
    const operations = due.map((record) => ends.wake(record, wordOf(record)));
    try {
      await store.commit(operations);
    } catch (error) {
      if (!refused(error)) throw error;
      // One of them changed in between and is perhaps not due any more: each for itself.
      await commitEach(operations);
    }
    for (const { id, label, plugin, fence, lease } of due) {
      if (lease?.owner === undefined) continue;
      const message = `${safeText(label)} came back from ${lease.owner}, whose lease ended`;
      const fields = { owner: lease.owner, fence };
      void events.record({ level: 'debug', type: 'account.expired', message, plugin, account: id, fields });
    }
    const lost = due.flatMap(({ lease }) => (lease ? [lease.holder] : []));
    if (lost.length === 0) return;
    const holders = [...new Set(lost)];
    await events.record({
      level: 'warn',
      type: 'lease.expired',
      message: `${lost.length} leases ended unfinished; their accounts are back in the pool`,
      fields: { count: lost.length, holders: holders.slice(0, 5) },
    });
  };
  const run = async (): Promise<number> => {
    let woken = 0;
    while (clock.now() >= alarm.at) {
      const now = clock.now();
      const due = await store.list<AccountRecord>('accounts', { where: isDue(now), sort: { by: 'dueAt' }, limit: BATCH });
      // Of those due at the same time, the one that was used first is back first.
      const inTurn = due.toSorted((left, right) => (left.dueAt ?? 0) - (right.dueAt ?? 0) || left.order - right.order);
      if (due.length > 0) await wakeBatch(inTurn);
      woken += due.length;
      if (due.length === BATCH) continue;
      // Told of in the meantime: `note` must not be undone by what was read before it.
      alarm.reset(Infinity);
      const [next] = await store.list<AccountRecord>('accounts', { where: isDue(), sort: { by: 'dueAt' }, limit: 1 });
      alarm.note(next?.dueAt ?? Infinity);
    }
    return woken;
  };
  const wake = (): Promise<number> => {
    listen();
    if (clock.now() < alarm.at) return Promise.resolve(0);
    const done = queue.then(run);
    queue = done.catch(() => undefined);
    return done;
  };
  const ring = (): void => {
    wake().catch(async (error: unknown) => {
      alarm.reset(clock.now() + PAUSE_AFTER_FAILURE_MS);
      const why = error instanceof Error ? error.message : String(error);
      await events.record({ level: 'error', type: 'pool.wake-failed', message: `Accounts that are due were not woken: ${why}` });
    });
  };

  return {
    wake,
    note: (dueAt) => alarm.note(dueAt),
    expect(id, dueAt) {
      listen();
      expected.set(id, dueAt);
    },
    start() {
      listen();
      alarm.start(ring);
    },
    async stop() {
      alarm.stop();
      unsubscribe?.();
      unsubscribe = undefined;
      await queue;
    },
  };
}
