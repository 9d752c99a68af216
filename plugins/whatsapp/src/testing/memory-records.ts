import { MusterError, type RecordChange, type RecordEntry, type RecordList, type Records, type StoredRecord } from '@muster/sdk';

/** The same documents as a process sees them that can be killed: from then on nothing of its comes through, or comes back. */
export function mortalRecords<TData>(records: Records<TData>, isDead: () => boolean): Records<TData> {
  const alive =
    <A extends unknown[], R>(call: (...of: A) => Promise<R>) =>
    async (...of: A): Promise<R> => {
      const never = new Promise<never>(() => undefined);
      if (isDead()) return never;
      const result = await call(...of);
      return isDead() ? never : result;
    };
  return { get: alive(records.get), list: alive(records.list), count: alive(records.count), commit: alive(records.commit) };
}

/** The documents of one kind, in memory; through JSON, as they would come back from a store. */
export function createMemoryRecords<TData>(): Records<TData> {
  const kept = new Map<string, StoredRecord<TData>>();
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  const check = (change: RecordChange<TData>): void => {
    if ('insert' in change && kept.has(change.insert.key)) throw new MusterError('CONFLICT', `${change.insert.key} is taken`);
    if ('replace' in change && kept.get(change.replace.key)?.revision !== change.revision)
      throw new MusterError('CONFLICT', `${change.replace.key} changed`);
  };
  const put = (entry: RecordEntry<TData>): void =>
    void kept.set(entry.key, { ...copy(entry), revision: (kept.get(entry.key)?.revision ?? 0) + 1 });
  const select = ({ group, from, to }: RecordList): StoredRecord<TData>[] =>
    [...kept.values()].filter(
      (one) =>
        (group === undefined || one.group === group) &&
        (from === undefined || one.at >= from) &&
        (to === undefined || one.at <= to),
    );
  return {
    get: async (key) => (kept.has(key) ? copy(kept.get(key)) : undefined),
    async list(query = {}) {
      const { newestFirst = false, offset = 0, limit = 100 } = query;
      const rows = select(query).toSorted((a, b) => (a.at - b.at || a.key.localeCompare(b.key)) * (newestFirst ? -1 : 1));
      return copy(rows.slice(offset, offset + limit));
    },
    count: async (query = {}) => select(query).length,
    async commit(changes) {
      for (const change of changes) check(change);
      for (const change of changes) {
        if ('remove' in change) kept.delete(change.remove);
        else put('insert' in change ? change.insert : 'put' in change ? change.put : change.replace);
      }
    },
  };
}
