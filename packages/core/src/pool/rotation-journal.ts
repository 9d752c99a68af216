import type { Events } from '../events/events.ts';
import type { Clock } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Store } from '../ports/store.ts';
import { eq } from '../query/filter.ts';
import type { Circle } from './circle.ts';
import type { RingMember } from './request-ring.ts';
import type { Tallied } from './rotation-figures.ts';
import type { RotationMark, RotationRecord } from './rotation-record.ts';

const FLUSH_MS = 1_000;
/** Counts of uses, which decide nothing here, are written with every so many flushes. */
const COUNTS_EVERY = 10;
/** Small, so that the writing of many accounts holds up no request for long. */
const PAGE = 200;
const LEAST_CLAIM = 3;

/** A change of an account's state that belongs to the end of a request. */
export type StateOperation = Extract<Operation, { readonly update: string }>;

export interface JournalMember extends RingMember {
  readonly tallied: Tallied;
  /** Requests reserved since its window was written. */
  unwritten: number;
  /** Ended since its counts were written. */
  endedUses: number;
  endedAt: number;
  operations: StateOperation[];
}

/**
 * Writes down what the rotation must not forget, behind the requests. A host that is killed loses at most `claim` requests
 * an account, as no account makes more before its window is written; the next host counts so many as made.
 */
export interface RotationJournal<TMember extends JournalMember> {
  /** Requests that an account may make before its window is written. */
  readonly claim: number;
  /** What a former host left, by account, and how many requests each account may have made without a trace. */
  open(): Promise<{ readonly records: ReadonlyMap<string, RotationRecord>; readonly unknown: number }>;
  /** The limit has changed. */
  setLimit(limit: number): void;
  /** Has this account made as much as it may without a trace? */
  isDue(member: TMember): boolean;
  /** Something about it is to be written, within a second. */
  note(member: TMember): void;
  /** The account is gone. */
  forget(id: string, member?: TMember): void;
  /** Writes the windows, so that who is due may go on. */
  written(): Promise<void>;
  /** Writes all that is not yet. Rejects when the store does not take it; it is kept, and tried again. */
  flush(): Promise<void>;
  /** The last flush; from then on the windows are whole. */
  close(): Promise<void>;
}

export const claimOf = (limit: number): number => Math.max(LEAST_CLAIM, Math.ceil(limit / 4));

export function createRotationJournal<TMember extends JournalMember>(
  deps: {
    readonly store: Store;
    readonly circle: Circle;
    readonly events: Events;
    readonly clock: Clock;
    /** These are written. */
    readonly wrote: (members: readonly TMember[]) => void;
    /** Only counts of these accounts are about to be written: nothing to read anew. */
    readonly counting: (ids: ReadonlySet<string>) => void;
  },
  options: { readonly plugin: string; readonly limit: number },
): RotationJournal<TMember> {
  const { store, circle, events, clock, wrote, counting } = deps;
  const { plugin } = options;
  const markId = `open/${plugin}`;
  const dirty = new Set<TMember>();
  /** Those whose counts are not written. */
  const uncounted = new Set<TMember>();
  const gone = new Set<string>();
  /** Accounts that have a record. */
  const written = new Set<string>();
  let claim = claimOf(options.limit);
  let cancelFlush: (() => void) | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  let flushes = 0;
  let failing = false;
  let closed = false;

  const mark = (set: Pick<RotationMark, 'open' | 'claim'>, known = true): Operation => {
    const document: RotationMark = { id: markId, plugin: null, ...set };
    return known ? { update: 'rotation', id: markId, patch: { set } } : { insert: 'rotation', document };
  };
  const recordOf = ({ id, window, tallied }: TMember): Operation => {
    const { sent, open = 0, restUntil, tokens = [] } = window.snapshot();
    const kept = sent.map((one) => (typeof one === 'number' ? one : [one[0], one[1]]));
    const set = { sent: kept, open, restUntil, tokens: tokens.map(([at, count]) => [at, count]), tallied: { ...tallied } };
    if (written.has(id)) return { update: 'rotation', id, patch: { set } };
    const record: RotationRecord = { id, plugin, ...set } as unknown as RotationRecord;
    return { insert: 'rotation', document: record };
  };
  const countsOf = ({ id, endedUses, endedAt }: TMember): Operation[] =>
    endedUses === 0
      ? []
      : [{ update: 'accounts', id, patch: { set: { usedAt: endedAt, order: circle.end() }, add: { uses: endedUses } } }];

  interface Taken {
    readonly member: TMember;
    readonly reservations: number;
    readonly uses: number;
    readonly operations: readonly StateOperation[];
    readonly all: readonly (readonly Operation[])[];
  }
  const take = (member: TMember, withCounts: boolean): Taken => {
    const { unwritten: reservations, operations } = member;
    const counts = withCounts || operations.length > 0 ? countsOf(member) : [];
    member.operations = [];
    const uses = counts.length > 0 ? member.endedUses : 0;
    return { member, reservations, uses, operations, all: [[recordOf(member)], counts, operations] };
  };
  const done = ({ member, reservations, uses }: Taken): void => {
    written.add(member.id);
    member.unwritten -= reservations;
    member.endedUses -= uses;
    if (member.endedUses === 0) uncounted.delete(member);
  };
  /** The state that the operation expects may have been another when it was made. */
  const retarget = async (operation: StateOperation): Promise<StateOperation[]> => {
    const found = await store.get<{ readonly id: string; readonly state?: string }>('accounts', operation.id);
    return found?.state === 'ready' || found?.state === 'cooling' ? [{ ...operation, if: { state: found.state } }] : [];
  };
  /** One thing at a time, for a batch of which one account was removed or changed in between. */
  const writeEach = async (batch: readonly Taken[]): Promise<void> => {
    for (const each of batch) {
      const [record = [], counts = [], operations = []] = each.all;
      const states: readonly (readonly Operation[])[] = await Promise.all(
        operations.map((operation) => retarget(operation as StateOperation)),
      );
      for (const piece of [record, counts, ...states]) {
        try {
          if (piece.length > 0) await store.commit(piece);
        } catch (error) {
          if (!refused(error)) throw error;
        }
      }
      done(each);
    }
  };
  const write = async (withCounts: boolean): Promise<void> => {
    if (withCounts) for (const member of uncounted) dirty.add(member);
    for (;;) {
      const members = [...dirty].slice(0, PAGE);
      const removed = members.length > 0 ? [] : [...gone].slice(0, PAGE);
      if (members.length === 0 && removed.length === 0) return;
      if (removed.length > 0) {
        await store.commit(removed.map((id) => ({ delete: 'rotation', id })));
        for (const id of removed) gone.delete(id);
        continue;
      }
      for (const member of members) dirty.delete(member);
      const batch = members.map((member) => take(member, withCounts));
      try {
        if (batch.every(({ operations }) => operations.length === 0)) {
          counting(new Set(batch.flatMap(({ member, uses }) => (uses > 0 ? [member.id] : []))));
        }
        await store.commit(batch.flatMap(({ all }) => all.flat()));
        batch.forEach(done);
      } catch (error) {
        counting(new Set());
        if (!refused(error)) {
          for (const { member, operations } of batch) {
            member.operations = [...operations, ...member.operations];
            dirty.add(member);
          }
          throw error;
        }
        await writeEach(batch);
      }
      wrote(members);
    }
  };
  const complain = async (thrown: unknown): Promise<void> => {
    if (failing) return;
    failing = true;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `Counts of "${plugin}" could not be written; a restart would forget them: ${why}`;
    await events.record({ level: 'error', type: 'rotation.not-written', message, plugin }).catch(() => undefined);
  };
  const later = (): void => {
    if (closed) return;
    cancelFlush ??= clock.after(FLUSH_MS, () => {
      flushes += 1;
      run(flushes % COUNTS_EVERY === 0).catch(later);
    });
  };
  const run = (withCounts: boolean): Promise<void> => {
    cancelFlush?.();
    cancelFlush = undefined;
    const before = writing;
    const finished = (async () => {
      await before;
      await write(withCounts);
    })();
    writing = (async () => {
      try {
        await finished;
        failing = false;
        if (uncounted.size > 0) later();
      } catch (error) {
        await complain(error);
      }
    })();
    return finished;
  };
  const note = (member: TMember): void => {
    dirty.add(member);
    if (member.endedUses > 0) uncounted.add(member);
    later();
  };

  return {
    get claim() {
      return claim;
    },

    async open() {
      const [before, found] = await Promise.all([
        store.get<RotationMark>('rotation', markId),
        store.list<RotationRecord>('rotation', { where: eq('plugin', plugin) }),
      ]);
      await store.commit([mark({ open: true, claim }, before !== undefined)]);
      for (const { id } of found) written.add(id);
      return { records: new Map(found.map((record) => [record.id, record])), unknown: before?.open === true ? before.claim : 0 };
    },

    setLimit(limit) {
      const wanted = claimOf(limit);
      if (wanted === claim) return;
      // Nobody makes more than is written down, also while it is being written.
      claim = Math.min(claim, wanted);
      const before = writing;
      writing = (async () => {
        await before;
        try {
          await store.commit([mark({ open: true, claim: wanted })]);
          claim = wanted;
        } catch (error) {
          await complain(error);
        }
      })();
    },

    isDue: (member) => member.unwritten >= claim && !failing,
    note,
    forget(id, member) {
      if (member) {
        dirty.delete(member);
        uncounted.delete(member);
      }
      if (written.delete(id)) gone.add(id);
    },
    written: () => run(false),
    flush: () => run(true),

    async close() {
      closed = true;
      await run(true);
      await store.commit([mark({ open: false, claim })]);
    },
  };
}
