import type { Operation, Store } from '../ports/store.ts';
import { all, eq, oneOf, type Filter } from '../query/filter.ts';
import type { DeliveryRecord, DeliveryState } from './hook-record.ts';

/** So many may wait for one hook; beyond, the oldest is dropped. */
export const MAX_WAITING = 1_000;
/** So many that ended are kept for each. */
const KEEP_ENDED = 200;
const SPARE = 50;

export interface DeliveryCounts {
  readonly waiting: number;
  readonly sent: number;
  readonly failed: number;
}

/** What is to be told, in the store. */
export interface DeliveryQueue {
  /** Operations that put one in, and drop the oldest when there are too many; how many were dropped. */
  putting(delivery: DeliveryRecord): Promise<{ readonly operations: readonly Operation[]; readonly dropped: number }>;
  due(hook: string, now: number, limit: number): Promise<DeliveryRecord[]>;
  nextDue(): Promise<number | null>;
  /** Durable when it resolves. One that is gone, with its hook, stays gone. */
  note(
    id: string,
    change: Partial<Pick<DeliveryRecord, 'state' | 'attempts' | 'notBefore' | 'outcome' | 'endedAt'>>,
  ): Promise<void>;
  counts(hook: string): Promise<DeliveryCounts>;
  newest(hook: string, limit: number): Promise<DeliveryRecord[]>;
  removing(hook: string): Promise<Operation[]>;
  prune(hook: string): Promise<void>;
}

const ENDED: readonly DeliveryState[] = ['sent', 'failed', 'dropped'];

export function createDeliveryQueue(store: Store): DeliveryQueue {
  const list = (
    where: Filter,
    query: { sort: { by: string; descending?: boolean }; limit?: number },
  ): Promise<DeliveryRecord[]> => store.list<DeliveryRecord>('hook-deliveries', { where, ...query });
  const waitingOf = (hook: string): Filter => all(eq('hook', hook), eq('state', 'waiting'));

  return {
    async putting(delivery) {
      const waiting = await store.count('hook-deliveries', waitingOf(delivery.hook));
      const over = Math.max(0, waiting + 1 - MAX_WAITING);
      const oldest = over === 0 ? [] : await list(waitingOf(delivery.hook), { sort: { by: 'createdAt' }, limit: over });
      const drops = oldest.map(({ id }): Operation => ({
        update: 'hook-deliveries',
        id,
        patch: { set: { state: 'dropped', outcome: 'dropped: too many waited', endedAt: delivery.createdAt } },
      }));
      return { operations: [...drops, { insert: 'hook-deliveries', document: delivery }], dropped: drops.length };
    },
    due: (hook, now, limit) =>
      list(all(waitingOf(hook), { op: 'lte', field: 'notBefore', value: now }), { sort: { by: 'createdAt' }, limit }),
    async nextDue() {
      const [first] = await list(eq('state', 'waiting'), { sort: { by: 'notBefore' }, limit: 1 });
      return first?.notBefore ?? null;
    },
    async note(id, change) {
      if (!(await store.get('hook-deliveries', id))) return;
      await store.commit([{ update: 'hook-deliveries', id, patch: { set: change } }]);
    },
    async counts(hook) {
      const tally = await store.tally('hook-deliveries', ['hook', 'state'], eq('hook', hook));
      const of = (state: DeliveryState): number => tally.find(({ key }) => key[1] === state)?.count ?? 0;
      return { waiting: of('waiting'), sent: of('sent'), failed: of('failed') + of('dropped') };
    },
    newest: (hook, limit) => list(eq('hook', hook), { sort: { by: 'createdAt', descending: true }, limit }),
    async removing(hook) {
      const found = await list(eq('hook', hook), { sort: { by: 'createdAt' } });
      return found.map(({ id }) => ({ delete: 'hook-deliveries', id }));
    },
    async prune(hook) {
      const ended = all(eq('hook', hook), oneOf('state', ENDED));
      const count = await store.count('hook-deliveries', ended);
      if (count <= KEEP_ENDED + SPARE) return;
      const old = await list(ended, { sort: { by: 'createdAt' }, limit: count - KEEP_ENDED });
      await store.commit(old.map(({ id }) => ({ delete: 'hook-deliveries', id })));
    },
  };
}
