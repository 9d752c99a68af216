import { MusterError, type JsonObject } from '@muster/sdk';
import { Subject, type Observable } from 'rxjs';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import { eq } from '../query/filter.ts';
import { revived } from './health.ts';
import type { ProxyRecord, StickyRecord } from './proxy-record.ts';

/** Figures may be this far ahead of the disk; what an operator did never is. */
const FLUSH_MS = 1_000;
const BATCH = 500;

/** All proxies, in memory and in the store. The host is the only one that changes them. */
export interface ProxyBook {
  readonly change$: Observable<void>;
  /** Reads them once; everything else waits for it. */
  open(): Promise<void>;
  /** As of now. */
  all(): ProxyRecord[];
  get(id: string): ProxyRecord | undefined;
  /** Durable when it resolves. */
  insert(records: readonly ProxyRecord[]): Promise<void>;
  /** At once in memory; on disk soon. A proxy that is gone stays gone. */
  change(id: string, change: (proxy: ProxyRecord) => ProxyRecord): ProxyRecord | undefined;
  /** Something that is not kept, such as who uses it, has changed. */
  touched(): void;
  /** Durable when it resolves. */
  flush(): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export function createProxyBook({ store, clock }: { readonly store: Store; readonly clock: Clock }): ProxyBook {
  const records = new Map<string, ProxyRecord>();
  const dirty = new Set<string>();
  const changes = new Subject<void>();
  let opening: Promise<void> | undefined;
  let takeBack: (() => void) | undefined;
  /** One write after the other, so that an older one never comes last. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  };

  async function write(): Promise<void> {
    takeBack?.();
    takeBack = undefined;
    const ids = [...dirty].filter((id) => records.has(id));
    dirty.clear();
    try {
      for (let at = 0; at < ids.length; at += BATCH) {
        await store.commit(ids.slice(at, at + BATCH).flatMap(updateOf));
      }
    } catch (error) {
      for (const id of ids) dirty.add(id);
      throw error;
    }
  }

  const updateOf = (id: string): Operation[] => {
    const record = records.get(id);
    if (!record) return [];
    const { id: _, ...set } = record;
    return [{ update: 'proxies', id, patch: { set: set as unknown as JsonObject } }];
  };

  const writeSoon = (): void => {
    takeBack ??= clock.after(FLUSH_MS, () => {
      takeBack = undefined;
      // What could not be written is tried again with the next change.
      inTurn(write).catch(() => undefined);
    });
  };

  return {
    change$: changes.asObservable(),

    open: () =>
      (opening ??= (async () => {
        for (const record of await store.list<ProxyRecord>('proxies')) records.set(record.id, record);
      })()),

    all() {
      const now = clock.now();
      return [...records.values()].map((record) => revived(record, now));
    },

    get(id) {
      const record = records.get(id);
      return record && revived(record, clock.now());
    },

    async insert(added) {
      await inTurn(async () => {
        for (let at = 0; at < added.length; at += BATCH) {
          const piece = added.slice(at, at + BATCH);
          await store.commit(piece.map((document) => ({ insert: 'proxies', document })));
          for (const record of piece) records.set(record.id, record);
        }
      });
      changes.next();
    },

    change(id, change) {
      const record = records.get(id);
      if (!record) return undefined;
      const now = clock.now();
      const changed = { ...change(revived(record, now)), updatedAt: now };
      records.set(id, changed);
      dirty.add(id);
      writeSoon();
      changes.next();
      return changed;
    },

    touched: () => changes.next(),

    flush: () => inTurn(write),

    async remove(ids) {
      await inTurn(async () => {
        for (const id of ids) {
          if (!records.has(id)) throw new MusterError('NOT_FOUND', `There is no proxy ${id}.`);
          const had = await store.list<StickyRecord>('proxy-accounts', { where: eq('proxy', id) });
          await store.commit([{ delete: 'proxies', id }, ...had.map((each) => ({ delete: 'proxy-accounts', id: each.id }))]);
          records.delete(id);
          dirty.delete(id);
        }
      });
      changes.next();
    },

    async close() {
      takeBack?.();
      takeBack = undefined;
      await inTurn(write);
      changes.complete();
    },
  };
}
