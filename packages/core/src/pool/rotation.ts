import { MusterError } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Events } from '../events/events.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import type { Circle } from './circle.ts';
import type { AccountOutcomeChange, Pool, Strategy } from './pool.ts';
import { createRateWindow, type RateLimits } from './rate-window.ts';
import { createRequestRing, type RingMember } from './request-ring.ts';
import type { RotationRecord } from './rotation-record.ts';

const FLUSH_MS = 1_000;
const PAGE = 1_000;

export type RequestOutcome =
  | { readonly kind: 'used' }
  /** It was never sent: nothing is counted. */
  | { readonly kind: 'unused' }
  /** The service asked for a rest until then. */
  | { readonly kind: 'rest'; readonly until: number; readonly change?: AccountOutcomeChange }
  /** The account itself is at fault: state `failed`. */
  | { readonly kind: 'failed'; readonly change?: AccountOutcomeChange };

/** The right to make one request with an account. Many may run at once on one account, within its limits. */
export interface RequestLease {
  readonly account: AccountRecord;
  /** The request leaves now; without it, it counts from its end. */
  sent(): void;
  /** A second call does nothing. */
  finish(outcome: RequestOutcome): void;
}

export interface RotationFigures {
  readonly id: string;
  readonly label: string;
  readonly uses: number;
  readonly inFlight: number;
  readonly availableAt: number;
}

/** Spreads requests over a plugin's ready accounts, in memory; what must survive is written down behind. */
export interface Rotation {
  /** Undefined when every account is at its limit, rests, or is excluded. */
  pick(exclude?: ReadonlySet<string>): RequestLease | undefined;
  /** When the next request can be made: now or earlier if at once, null when it cannot be said. */
  nextAt(): number | null;
  figures(): RotationFigures[];
  /** Forgets counts and rests: every account may be used at once. */
  reset(): void;
  /** Writes down what is not yet. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface RotationOptions {
  readonly plugin: string;
  readonly strategy: Strategy;
  readonly limits: RateLimits;
}

interface Unwritten {
  uses: number;
  usedAt: number;
  readonly operations: Operation[];
}

/** Opens the rotation of a plugin: its accounts and what a former host knew of their requests. */
export async function createRotation(
  deps: {
    readonly store: Store;
    readonly pool: Pick<Pool, 'resting'>;
    readonly circle: Circle;
    readonly events: Events;
    readonly clock: Clock;
    readonly random: Random;
  },
  options: RotationOptions,
): Promise<Rotation> {
  const { store, pool, circle, events, clock, random } = deps;
  const { plugin, strategy, limits } = options;
  const now = (): number => clock.now();
  const ring = createRequestRing({ strategy, windowMs: limits.windowMs, now, random });
  const members = new Map<string, RingMember>();
  const inRing = new Set<string>();
  const unwritten = new Map<string, Unwritten>();
  const written = new Set<string>();
  let cancelFlush: (() => void) | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const admit = (member: RingMember): void => {
    if (member.record.state === 'ready') {
      inRing.add(member.id);
      ring.place(member);
    } else if (inRing.delete(member.id)) ring.remove(member);
  };
  const meet = (record: AccountRecord, before?: RotationRecord): void => {
    const known = members.get(record.id);
    if (known) {
      known.record = record;
      admit(known);
      return;
    }
    const window = createRateWindow(limits, now, before);
    const member = { id: record.id, record, window, turn: record.order, uses: 0, backAt: 0 };
    members.set(record.id, member);
    admit(member);
  };
  const leave = (id: string): void => {
    const member = members.get(id);
    if (!member) return;
    ring.remove(member);
    inRing.delete(id);
    members.delete(id);
  };
  const reread = async (ids?: readonly string[]): Promise<void> => {
    const where = all(eq('plugin', plugin), ids && oneOf('id', ids));
    const records = await store.list<AccountRecord>('accounts', { where, sort: { by: 'order' } });
    const there = new Set(records.map(({ id }) => id));
    for (const id of ids ?? members.keys()) if (!there.has(id)) leave(id);
    for (const record of records) meet(record);
  };

  const note = (id: string): Unwritten => {
    const kept = unwritten.get(id) ?? { uses: 0, usedAt: 0, operations: [] };
    unwritten.set(id, kept);
    if (!stopped) cancelFlush ??= clock.after(FLUSH_MS, () => void flush().catch(complain));
    return kept;
  };
  const complain = async (error: unknown): Promise<void> => {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Counts of "${plugin}" could not be written; a restart would forget them: ${why}`;
    await events.record({ level: 'error', type: 'rotation.not-written', message, plugin });
  };
  const operationsOf = (id: string, { uses, usedAt, operations }: Unwritten): Operation[] => {
    const member = members.get(id);
    if (!member) return [];
    const { sent, restUntil } = member.window.snapshot();
    const counted: Operation[] =
      uses > 0 ? [{ update: 'accounts', id, patch: { set: { usedAt, order: circle.end() }, add: { uses } } }] : [];
    const record: RotationRecord = { id, plugin, sent, restUntil };
    const kept: Operation = written.has(id)
      ? { update: 'rotation', id, patch: { set: { sent: [...sent], restUntil } } }
      : { insert: 'rotation', document: record };
    return [...counted, kept, ...operations];
  };
  /** One account at a time, for a batch of which one was removed or changed in between. */
  const writeEach = async (batch: ReadonlyMap<string, Unwritten>): Promise<void> => {
    for (const [id, each] of batch) {
      for (const operations of [operationsOf(id, { ...each, operations: [] }), ...each.operations.map((one) => [one])]) {
        try {
          if (operations.length > 0) await store.commit(operations);
          written.add(id);
        } catch (error) {
          if (!refused(error)) throw error;
        }
      }
    }
  };
  const write = async (): Promise<void> => {
    const batch = new Map([...unwritten].slice(0, PAGE));
    if (batch.size === 0) return;
    for (const id of batch.keys()) unwritten.delete(id);
    const operations = [...batch].flatMap(([id, each]) => operationsOf(id, each));
    try {
      await store.commit(operations);
      for (const id of batch.keys()) written.add(id);
    } catch (error) {
      if (!refused(error)) throw error;
      await writeEach(batch);
    }
    await write();
  };
  const flush = (): Promise<void> => {
    cancelFlush?.();
    cancelFlush = undefined;
    const done = writing.then(write);
    writing = done.catch(() => undefined);
    return done;
  };

  const end = (member: RingMember, outcome: RequestOutcome): void => {
    const { id, window } = member;
    if (outcome.kind === 'unused') return;
    const kept = note(id);
    kept.uses += 1;
    kept.usedAt = now();
    if (outcome.kind === 'rest') {
      window.rest(outcome.until);
      kept.operations.push(pool.resting(id, Math.max(window.availableAt(), now()), outcome.change));
    }
    if (outcome.kind === 'failed') {
      const { status, why } = outcome.change ?? {};
      const set = {
        state: outcome.change?.state ?? 'failed',
        ...(status !== undefined && { status }),
        ...(why !== undefined && { why }),
      };
      kept.operations.push({ update: 'accounts', id, patch: { set }, if: { state: 'ready' } });
      if (inRing.delete(id)) ring.remove(member);
      flush().catch(complain);
    }
  };

  await circle.open();
  const before = new Map(
    (await store.list<RotationRecord>('rotation', { where: eq('plugin', plugin) })).map((record) => [record.id, record]),
  );
  for (const id of before.keys()) written.add(id);
  const changed = (ids?: readonly string[]): void => void reread(ids).catch(complain);
  const unsubscribe = store.subscribe((changes) => {
    for (const { collection, ids } of changes) if (collection === 'accounts') changed(ids);
  });
  const where = eq('plugin', plugin);
  for (const record of await store.list<AccountRecord>('accounts', { where, sort: { by: 'order' } }))
    meet(record, before.get(record.id));

  return {
    pick(exclude) {
      if (stopped) throw new MusterError('UNAVAILABLE', `The rotation of "${plugin}" has ended.`);
      const picked = ring.pick(exclude);
      if (!picked) return undefined;
      const { member, reservation } = picked;
      let over = false;
      const look = (): void => {
        if (inRing.has(member.id)) ring.place(member);
      };
      return {
        account: member.record,
        sent() {
          reservation.sent();
          look();
        },
        finish(outcome) {
          if (over) return;
          over = true;
          if (outcome.kind === 'unused') reservation.cancel();
          else reservation.finish();
          end(member, outcome);
          look();
        },
      };
    },
    nextAt: () => ring.nextAt(),
    figures: () =>
      [...members.values()].map(({ id, record, window }) => {
        return { id, label: record.label, uses: window.uses, inFlight: window.inFlight, availableAt: window.availableAt() };
      }),
    reset() {
      for (const member of members.values()) {
        member.window.reset();
        note(member.id);
        if (inRing.has(member.id)) ring.place(member);
      }
    },
    flush,
    async stop() {
      stopped = true;
      unsubscribe();
      await flush();
    },
  };
}
