import type { Operation, Store } from '../ports/store.ts';
import { oneOf } from '../query/filter.ts';
import type { StickyRecord } from './proxy-record.ts';

const BATCH = 500;

/** Which proxy an account comes back to. */
export interface Sticky {
  of(account: string): Promise<string | undefined>;
  /** How many accounts each proxy has. */
  counts(): Promise<ReadonlyMap<string, number>>;
  /** Durable when it resolves. Null: none. */
  set(accounts: readonly string[], proxy: string | null): Promise<void>;
  /** Forgets accounts that are no more. */
  prune(): Promise<void>;
}

export function createSticky(store: Store): Sticky {
  const read = (id: string): Promise<StickyRecord | undefined> => store.get<StickyRecord>('proxy-accounts', id);
  /** One write after the other: two tasks of one account must not insert it twice. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  };

  async function changesOf(accounts: readonly string[], proxy: string | null): Promise<Operation[]> {
    const known = await Promise.all(accounts.map(read));
    return accounts.flatMap((id, at): Operation[] => {
      const had = known[at];
      if (proxy === null) return had ? [{ delete: 'proxy-accounts', id }] : [];
      if (had) return had.proxy === proxy ? [] : [{ update: 'proxy-accounts', id, patch: { set: { proxy } } }];
      return [{ insert: 'proxy-accounts', document: { id, proxy } as StickyRecord }];
    });
  }

  return {
    of: async (account) => (await read(account))?.proxy,

    async counts() {
      const tally = await store.tally('proxy-accounts', ['proxy']);
      return new Map(tally.map(({ key: [proxy], count }) => [String(proxy), count]));
    },

    async set(accounts, proxy) {
      const distinct = [...new Set(accounts)];
      for (let at = 0; at < distinct.length; at += BATCH) {
        await inTurn(async () => {
          const operations = await changesOf(distinct.slice(at, at + BATCH), proxy);
          if (operations.length > 0) await store.commit(operations);
        });
      }
    },

    async prune() {
      let piece: string[] = [];
      const look = async (): Promise<void> => {
        const ids = piece;
        piece = [];
        const there = new Set((await store.list('accounts', { where: oneOf('id', ids) })).map(({ id }) => id));
        const gone = ids.filter((id) => !there.has(id));
        if (gone.length === 0) return;
        await inTurn(async () => {
          const left = await changesOf(gone, null);
          if (left.length > 0) await store.commit(left);
        });
      };
      for await (const { id } of store.scan<StickyRecord>('proxy-accounts')) {
        piece.push(id);
        if (piece.length === BATCH) await look();
      }
      if (piece.length > 0) await look();
    },
  };
}
