import { setTimeout as wait } from 'node:timers/promises';
import { BehaviorSubject } from 'rxjs';
import type { AccountAccess } from '../account-access.ts';
import { MusterError } from '../errors.ts';
import type { RecordChange, RecordEntry, Records, StoredRecord } from '../records.ts';
import type { RequestRotation, RotationSettings } from '../rotation.ts';
import type { ServiceContext } from '../service.ts';

type Data = Readonly<Record<string, unknown>>;

export interface TestServiceContext {
  readonly context: ServiceContext<Data, Data>;
  readonly events: { readonly type: string; readonly message: string; readonly level?: string }[];
  /** Sets the config anew. */
  configure(config: Data): void;
  /** Ends `context.signal`, as a host does that stops. */
  stop(): void;
}

const BEGINS = Date.UTC(2026, 0, 1, 12);

/**
 * What a service needs, in memory: for tests of a plugin. Time passes as it really does, from noon (UTC) of a fixed
 * day, so that a service that keeps office hours does the same whenever its tests run. No session is open; accounts
 * are there when they are given, jobs never.
 */
export function createTestServiceContext({
  directory,
  config,
  kept = new Map(),
  accounts,
  rotation,
}: {
  /** Stands for the plugin's own folder. */
  readonly directory: string;
  readonly config: Data;
  /** Records by kind: given twice, a second context has what a first one left. */
  readonly accounts?: AccountAccess<Data>;
  readonly kept?: Map<string, Map<string, StoredRecord<unknown>>>;
  /** What `openRotation` gives. */
  readonly rotation?: (settings: RotationSettings) => RequestRotation<Data>;
}): TestServiceContext {
  const opened = performance.now();
  const config$ = new BehaviorSubject(config);
  const controller = new AbortController();
  const events: TestServiceContext['events'] = [];
  const absent = <T extends object>(what: string): T =>
    new Proxy({} as T, {
      get: () => () => {
        throw new MusterError('UNAVAILABLE', `A test context has no ${what}.`);
      },
    });
  const context: ServiceContext<Data, Data> = {
    config: () => config$.value,
    config$,
    directory,
    profiles: directory,
    signal: controller.signal,
    fetch,
    accounts: accounts ?? absent('accounts'),
    jobs: absent('jobs'),
    sessions: {
      list: () => [],
      get: () => undefined,
      open: (account) => Promise.reject(new MusterError('UNAVAILABLE', `A test context opens no session of ${account}.`)),
      close: (account) => Promise.reject(new MusterError('NOT_FOUND', `A test context has no session of ${account}.`)),
      live: (account) => {
        throw new MusterError('SESSION_NOT_READY', `A test context has no session of ${account}.`);
      },
    },
    proxies: { lease: async () => undefined, giveBack: async () => undefined },
    now: () => BEGINS + Math.floor(performance.now() - opened),
    random: () => Math.random(),
    sleep: (ms, signal) => sleep(ms, AbortSignal.any([controller.signal, ...(signal ? [signal] : [])])),
    records: <T>(kind: string) => {
      const known = kept.get(kind) ?? new Map<string, StoredRecord<unknown>>();
      kept.set(kind, known);
      return memoryRecords<T>(known as Map<string, StoredRecord<T>>);
    },
    seal: async (text, about) => `sealed:${Buffer.from(JSON.stringify([about, text])).toString('base64')}`,
    async unseal(sealed, about) {
      const [of, text] = JSON.parse(Buffer.from(sealed.replace('sealed:', ''), 'base64').toString()) as [string, string];
      if (of !== about) throw new MusterError('VAULT_TAMPERED', 'It was sealed for something else.');
      return text;
    },
    event: ({ type, message, level }) => void events.push({ type, message, ...(level && { level }) }),
    async openRotation(settings) {
      if (!rotation) throw new MusterError('UNAVAILABLE', 'This test context was given no rotation.');
      return rotation(settings);
    },
    authorize: async () => undefined,
  };
  return {
    context,
    events,
    configure: (next) => config$.next(next),
    stop: () => controller.abort(new MusterError('ABORTED', 'The host stops.')),
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (thrown) {
    // With the reason of the signal, as in a host.
    signal.throwIfAborted();
    throw thrown;
  }
}

function memoryRecords<T>(known: Map<string, StoredRecord<T>>): Records<T> {
  const conflict = (key: string): never => {
    throw new MusterError('CONFLICT', `The record ${key} is another than it was.`);
  };
  const check = (change: RecordChange<T>): void => {
    if ('insert' in change && known.has(change.insert.key)) conflict(change.insert.key);
    if ('replace' in change && known.get(change.replace.key)?.revision !== change.revision) conflict(change.replace.key);
  };
  const apply = (change: RecordChange<T>): void => {
    if ('remove' in change) return void known.delete(change.remove);
    const entry: RecordEntry<T> = 'insert' in change ? change.insert : 'put' in change ? change.put : change.replace;
    known.set(entry.key, { ...structuredClone(entry), revision: (known.get(entry.key)?.revision ?? 0) + 1 });
  };
  const matching = (group: string | undefined): StoredRecord<T>[] =>
    [...known.values()].filter((one) => group === undefined || one.group === group);
  return {
    get: async (key) => structuredClone(known.get(key)),
    async list({
      group,
      from = Number.NEGATIVE_INFINITY,
      to = Number.POSITIVE_INFINITY,
      newestFirst = false,
      offset = 0,
      limit = 100,
    } = {}) {
      const found = matching(group)
        .filter(({ at }) => at >= from && at <= to)
        .toSorted((a, b) => (newestFirst ? b.at - a.at : a.at - b.at));
      return structuredClone(found.slice(offset, offset + limit));
    },
    count: async ({ group } = {}) => matching(group).length,
    async commit(changes) {
      changes.forEach(check);
      changes.forEach(apply);
    },
  };
}
